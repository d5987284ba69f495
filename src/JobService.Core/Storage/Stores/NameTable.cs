using System.Collections.Concurrent;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// The numbers of queue and type names on one server, and which lanes are known to the claimers: read once, kept for good, since
/// a number never changes its name. New ones are committed before anything uses them.
/// </summary>
internal sealed class NameTable
{
    private static readonly string ReadNames = SqlText.Read("read_names");
    private static readonly string InternQueues = SqlText.Read("intern_queues");
    private static readonly string InternJobTypes = SqlText.Read("intern_job_types");
    private static readonly string RegisterLanes = SqlText.Read("register_lanes");

    private readonly ConcurrentDictionary<QueueName, int> queueIds = new();
    private readonly ConcurrentDictionary<int, QueueName> queues = new();
    private readonly ConcurrentDictionary<JobType, int> typeIds = new();
    private readonly ConcurrentDictionary<int, JobType> types = new();
    private readonly ConcurrentDictionary<(int QueueId, short Rank), bool> lanes = new();

    public int Id(QueueName queue) => queueIds[queue];

    public int Id(JobType type) => typeIds[type];

    public QueueName Queue(int id) => queues[id];

    public JobType Type(int id) => types[id];

    /// <summary>Whether a job can be enqueued with nothing but what is known here.</summary>
    public bool Knows(QueueName queue, JobType type, short rank) =>
        queueIds.TryGetValue(queue, out var queueId) && typeIds.ContainsKey(type) && lanes.ContainsKey((queueId, rank));

    /// <summary>Sees to it that every queue and type has a number.</summary>
    public async Task InternAsync(
        NpgsqlConnection connection, IEnumerable<QueueName> queueNames, IEnumerable<JobType> typeNames, CancellationToken cancellationToken)
    {
        string[] newQueues = [.. queueNames.Where(queue => !queueIds.ContainsKey(queue)).Select(queue => queue.Name)];
        string[] newTypes = [.. typeNames.Where(type => !typeIds.ContainsKey(type)).Select(type => type.Name)];
        if (newQueues.Length == 0 && newTypes.Length == 0)
            return;

        // Nothing is interned inside a job's own transaction: its rollback would leave a number in the cache that no row has.
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(InternQueues).With(newQueues));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(InternJobTypes).With(newTypes));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await LoadAsync(connection, cancellationToken);
    }

    /// <summary>Whether both numbers have a name here.</summary>
    public bool Knows(int queueId, int typeId) => queues.ContainsKey(queueId) && types.ContainsKey(typeId);

    /// <summary>Sees to it that both numbers have a name here, which another process may have given.</summary>
    public ValueTask EnsureKnownAsync(NpgsqlConnection connection, int queueId, int typeId, CancellationToken cancellationToken) =>
        Knows(queueId, typeId) ? ValueTask.CompletedTask : new ValueTask(LoadAsync(connection, cancellationToken));

    /// <summary>Sees to it that claimers look at these lanes.</summary>
    public async Task RegisterLanesAsync(
        NpgsqlConnection connection, IEnumerable<(int QueueId, short Rank)> wanted, CancellationToken cancellationToken)
    {
        (int QueueId, short Rank)[] unknown = [.. wanted.Where(lane => !lanes.ContainsKey(lane))];
        if (unknown.Length == 0)
            return;

        await using var command = new NpgsqlCommand(RegisterLanes, connection)
            .With(Array.ConvertAll(unknown, lane => lane.QueueId))
            .With(Array.ConvertAll(unknown, lane => lane.Rank));
        await command.ExecuteNonQueryAsync(cancellationToken);
        foreach (var lane in unknown)
            lanes[lane] = true;
    }

    private async Task LoadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadNames, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (isQueue, id, name) = (reader.GetBoolean(0), reader.GetInt32(1), reader.GetString(2));
            if (isQueue)
            {
                var queue = QueueName.Parse(name);
                queues[id] = queue;
                queueIds[queue] = id;
            }
            else
            {
                var type = JobType.Parse(name);
                types[id] = type;
                typeIds[type] = id;
            }
        }
    }
}
