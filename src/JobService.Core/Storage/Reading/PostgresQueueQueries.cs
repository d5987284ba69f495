using JobService.Core.Claiming;
using JobService.Core.Queues;
using JobService.Core.Storage.Stores;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Reading;

/// <summary>Reads what queues are doing by statements of its own, on the connections of everything people ask for.</summary>
internal sealed class PostgresQueueQueries(IDbContextFactory<JobServiceDbContext> contexts) : IQueueQueries
{
    private const string Bound = "5s";

    /// <summary>What is claimed leaves rows behind that can't be taken away while anyone holds a snapshot: the oldest job is looked for behind them only so long.</summary>
    private const string BoundOfOldest = "500ms";

    private static readonly string BoundReading = SqlText.Read("bound_reading");
    private static readonly string ReadQueueStatistics = SqlText.Read("read_queue_statistics");
    private static readonly string ReadServingWorkers = SqlText.Read("read_serving_workers");
    private static readonly string ReadOldestWaits = SqlText.Read("read_oldest_waits");
    private static readonly string ReadQueueHistory = SqlText.Read("read_queue_history");
    private static readonly string ReadQueueDepths = SqlText.Read("read_queue_depths");

    public Task<IReadOnlyList<QueueStatistics>> ListAsync(CancellationToken cancellationToken) => ReadAsync(name: null, cancellationToken);

    public async Task<QueueStatistics?> FindAsync(QueueName name, CancellationToken cancellationToken) =>
        (await ReadAsync(name, cancellationToken)).SingleOrDefault();

    public async Task<IReadOnlyList<QueueHistoryPoint>?> HistoryAsync(QueueName name, QueueHistoryWindow window, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var command = new NpgsqlCommand(ReadQueueHistory, await OpenAsync(context, cancellationToken))
            .With(name.Name)
            .With(window.From.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(window.To.UtcDateTime, NpgsqlDbType.TimestampTz);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        QueueDepth? end = null;
        var minutes = new List<QueueMinute>();
        while (await reader.ReadAsync(cancellationToken))
        {
            end ??= Depth(reader, 0);
            if (!reader.IsDBNull(5))
                minutes.Add(Minute(reader));
        }

        return end is { } stood ? QueueHistory.Points(window, minutes, stood) : null;
    }

    public async Task<IReadOnlyDictionary<QueueName, QueueDepth>> DepthsAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(await OpenAsync(context, cancellationToken));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(BoundReading).With(Bound));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadQueueDepths));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var depths = new Dictionary<QueueName, QueueDepth>();
        while (await reader.ReadAsync(cancellationToken))
            depths.Add(QueueName.Parse(reader.GetString(0)), Depth(reader, 1));
        return depths;
    }

    private async Task<IReadOnlyList<QueueStatistics>> ReadAsync(QueueName? name, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var connection = await OpenAsync(context, cancellationToken);
        var queues = new List<QueueStatistics>();
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(BoundReading).With(Bound));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadServingWorkers));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadQueueStatistics).With(name?.Name, NpgsqlDbType.Text));
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            var workers = new List<QueueSelection[]>();
            while (await reader.ReadAsync(cancellationToken))
                workers.Add(Array.ConvertAll(reader.GetFieldValue<string[]>(0), glob => new QueueSelection(glob)));
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                queues.Add(Statistics(reader, workers));
        }

        var waits = await OldestWaitsAsync(connection, name, cancellationToken);
        return queues.ConvertAll(queue => queue with { OldestWait = waits.TryGetValue(queue.Queue.Name, out var wait) ? wait : null });
    }

    private static async Task<Dictionary<QueueName, TimeSpan>> OldestWaitsAsync(NpgsqlConnection connection, QueueName? name, CancellationToken cancellationToken)
    {
        var waits = new Dictionary<QueueName, TimeSpan>();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(BoundReading).With(BoundOfOldest));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadOldestWaits).With(name?.Name, NpgsqlDbType.Text));
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                waits.Add(QueueName.Parse(reader.GetString(0)), TimeSpan.FromSeconds(Math.Max(0, reader.GetDouble(1))));
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.QueryCanceled)
        {
            // It is told that it is not known: everything else is, and nobody waits for this.
            waits.Clear();
        }

        return waits;
    }

    private static async Task<NpgsqlConnection> OpenAsync(JobServiceDbContext context, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        return (NpgsqlConnection)context.Database.GetDbConnection();
    }

    private static QueueStatistics Statistics(NpgsqlDataReader reader, List<QueueSelection[]> workers)
    {
        var queue = QueueRows.Read(reader);
        var seconds = reader.GetDouble(QueueRows.Columns + 5);
        return new QueueStatistics
        {
            Queue = queue,
            Depth = Depth(reader, QueueRows.Columns),
            OldestWait = null,
            InPerSecond = reader.GetInt64(QueueRows.Columns + 6) / seconds,
            OutPerSecond = reader.GetInt64(QueueRows.Columns + 7) / seconds,
            DrainPerSecond = -reader.GetInt64(QueueRows.Columns + 8) / seconds,
            Workers = workers.Count(served => Array.Exists(served, some => some.Matches(queue.Name.Name))),
        };
    }

    private static QueueDepth Depth(NpgsqlDataReader reader, int column) =>
        new(reader.GetInt64(column), reader.GetInt64(column + 1), reader.GetInt64(column + 2), reader.GetInt64(column + 3), reader.GetInt64(column + 4));

    private static QueueMinute Minute(NpgsqlDataReader reader) => new()
    {
        At = reader.Instant(5),
        Counts = new QueueCounts(
            Enqueued: reader.GetInt32(6), Started: reader.GetInt32(7), Succeeded: reader.GetInt32(8), Failed: reader.GetInt32(9), Cancelled: reader.GetInt32(10), Retried: reader.GetInt32(11)),
        Change = new QueueDepth(
            Blocked: reader.GetInt32(12), Scheduled: reader.GetInt32(13), Queued: reader.GetInt32(14), Running: reader.GetInt32(15), Retrying: reader.GetInt32(16)),
        Waits = reader.GetFieldValue<int[]>(17),
        Runs = reader.GetFieldValue<int[]>(18),
    };
}
