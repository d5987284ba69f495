using System.Collections.Concurrent;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// The numbers of queue and type names on one server, and which lanes are known to the claimers: read once, kept for good, since
/// a number never changes its name. New ones are committed before anything uses them. Who enqueues in SQL may hold a new name until his own transaction ends: he is not
/// waited for longer than a second, since everybody else waits here too.
/// </summary>
internal sealed class NameTable
{
    private static readonly string ReadNames = SqlText.Read("read_names");
    private static readonly string InternQueues = SqlText.Read("intern_queues");
    private static readonly string InternJobTypes = SqlText.Read("intern_job_types");
    private static readonly string RegisterLanes = SqlText.Read("register_lanes");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<QueueName, int> queueIds = new();
    private readonly ConcurrentDictionary<int, QueueName> queues = new();
    private readonly ConcurrentDictionary<JobType, int> typeIds = new();
    private readonly ConcurrentDictionary<int, JobType> types = new();
    private readonly ConcurrentDictionary<(int QueueId, short Rank), bool> lanes = new();

    /// <summary>The lanes of jobs that name limit keys.</summary>
    public LimitLanes LimitLanes { get; } = new();

    public int Id(QueueName queue) => queueIds[queue];

    public int Id(JobType type) => typeIds[type];

    /// <summary>The queue of a number, or that of a lane of limited jobs.</summary>
    public QueueName Queue(int id) => queues[QueueOf(id)!.Value];

    public JobType Type(int id) => types[id];

    /// <summary>Whether a job can be enqueued with nothing but what is known here.</summary>
    public bool Knows(NewJob job, short rank) =>
        queueIds.TryGetValue(job.Queue, out var queueId) && typeIds.ContainsKey(job.Type) && lanes.ContainsKey((queueId, rank))
        && (job.LimitKeys.Count == 0 || LimitLanes.Find(EnqueueRows.LaneOf(job, this)) is not null);

    public bool Knows(JobType type) => typeIds.ContainsKey(type);

    /// <summary>Begins a batch that waits for others no longer than that, or than a second; it then fails with <see cref="PostgresErrorCodes.LockNotAvailable"/>.</summary>
    public static NpgsqlBatchCommand WithPatience(TimeSpan? patience = null) => HeldLock.WithPatience(patience ?? Patience);

    /// <summary>Sees to it that every queue and type has a number.</summary>
    public async Task InternAsync(
        NpgsqlConnection connection, IEnumerable<QueueName> queueNames, IEnumerable<JobType> typeNames, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var (ofQueues, ofTypes) = (queueNames.ToArray(), typeNames.ToArray());
        if (ofQueues.All(queueIds.ContainsKey) && ofTypes.All(typeIds.ContainsKey))
            return;

        // What others have introduced is known from here on, also where one of the names that are new is kept from this call.
        await LoadAsync(connection, cancellationToken);
        string[] newQueues = [.. ofQueues.Where(queue => !queueIds.ContainsKey(queue)).Select(queue => queue.Name)];
        string[] newTypes = [.. ofTypes.Where(type => !typeIds.ContainsKey(type)).Select(type => type.Name)];
        if (newQueues.Length == 0 && newTypes.Length == 0)
            return;

        // Nothing is interned inside a job's own transaction: its rollback would leave a number in the cache that no row has.
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.BatchCommands.Add(WithPatience(patience));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(InternQueues).With(newQueues));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(InternJobTypes).With(newTypes));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await LoadAsync(connection, cancellationToken);
    }

    /// <summary>Whether the queue has a number here.</summary>
    public bool Knows(QueueName queue) => queueIds.ContainsKey(queue);

    /// <summary>Whether both numbers have a name here.</summary>
    public bool Knows(int queueId, int typeId) => QueueOf(queueId) is { } id && queues.ContainsKey(id) && types.ContainsKey(typeId);

    /// <summary>Sees to it that both numbers have a name here, which another process may have given.</summary>
    public async ValueTask EnsureKnownAsync(NpgsqlConnection connection, int queueId, int typeId, CancellationToken cancellationToken)
    {
        if (queueId < 0)
            await LimitLanes.LoadAsync(connection, [queueId], cancellationToken);
        if (!Knows(queueId, typeId))
            await LoadAsync(connection, cancellationToken);
    }

    /// <summary>Sees to it that claimers look at these lanes.</summary>
    public async Task RegisterLanesAsync(
        NpgsqlConnection connection, IEnumerable<(int QueueId, short Rank)> wanted, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        (int QueueId, short Rank)[] unknown = [.. wanted.Where(lane => !lanes.ContainsKey(lane))];
        if (unknown.Length == 0)
            return;

        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(WithPatience(patience));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(RegisterLanes)
            .With(Array.ConvertAll(unknown, lane => lane.QueueId))
            .With(Array.ConvertAll(unknown, lane => lane.Rank)));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        foreach (var lane in unknown)
            lanes[lane] = true;
    }

    private int? QueueOf(int id) => id > 0 ? id : LimitLanes.Find(id)?.QueueId;

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
