using JobService.Core.Errors;
using JobService.Core.Queues;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Changes queues in PostgreSQL.</summary>
internal sealed class PostgresQueueStore(NpgsqlDataSource database, TimeProvider clock) : IQueueStore
{
    private static readonly string ReadQueue = SqlText.Read("read_queue");
    private static readonly string SaveQueue = SqlText.Read("save_queue");
    private static readonly string SettleLimit = SqlText.Read("settle_limit");
    private static readonly string PauseQueue = SqlText.Read("pause_queue");
    private static readonly string ResumeQueue = SqlText.Read("resume_queue");

    public async Task<Queue?> FindAsync(QueueName name, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadQueue).With(name.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? QueueRows.Read(reader) : null;
    }

    public Task<Result<SavedQueue>> SaveAsync(QueueName name, QueueSettings settings, CancellationToken cancellationToken) => ClaimSettings.ChangeAsync<bool, SavedQueue>(
        database,
        $"The queue '{name}'",
        $"queue:{name}",
        settings is { MaxRunning: null, Rate: null } ? null : $"queue:{name}",
        new NpgsqlBatchCommand(SaveQueue)
            .With(name.Name)
            .With(settings.Weight)
            .With((long?)settings.Retention?.TotalMilliseconds, NpgsqlDbType.Bigint)
            .With(settings.MaxDepth, NpgsqlDbType.Integer)
            .With(settings.MaxRunning, NpgsqlDbType.Integer)
            .With(settings.Rate?.Limit, NpgsqlDbType.Integer)
            .With(settings.Rate?.Per.Ticks / TimeSpan.TicksPerMicrosecond, NpgsqlDbType.Bigint)
            .With(settings.Rate?.Burst, NpgsqlDbType.Integer),
        async reader =>
        {
            await reader.ReadAsync(cancellationToken);
            return reader.GetBoolean(0);
        },
        [new NpgsqlBatchCommand(SettleLimit).With($"queue:{name}").With(value: false), new NpgsqlBatchCommand(ReadQueue).With(name.Name)],
        async (isNew, reader) =>
        {
            await reader.ReadAsync(cancellationToken);
            return new SavedQueue(QueueRows.Read(reader), isNew);
        },
        cancellationToken);

    public Task<Result<Queue>> PauseAsync(QueueName name, string? reason, string? actor, CancellationToken cancellationToken) =>
        ChangePauseAsync(name, new NpgsqlBatchCommand(PauseQueue).With(name.Name).With(reason, NpgsqlDbType.Text).With(actor, NpgsqlDbType.Text), cancellationToken);

    public Task<Result<Queue>> ResumeAsync(QueueName name, CancellationToken cancellationToken) =>
        ChangePauseAsync(name, new NpgsqlBatchCommand(ResumeQueue).With(name.Name), cancellationToken);

    public async Task<Result<QueuePurge>> PurgeAsync(QueueName name, string? reason, string? actor, CancellationToken cancellationToken)
    {
        (int Cancelled, int Held) swept;
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            if (await QueueSweep.BeginAsync(connection, clock, name, reason, actor, cancellationToken) is not { } sweep)
                return NotFound(name);
            swept = await sweep.RunAsync(cancellationToken);
        }

        return await FindAsync(name, cancellationToken) is { } queue ? new QueuePurge(queue, swept.Cancelled, swept.Held) : NotFound(name);
    }

    private Task<Result<Queue>> ChangePauseAsync(QueueName name, NpgsqlBatchCommand change, CancellationToken cancellationToken) => ClaimSettings.ChangeAsync<QueueName, Queue>(
        database,
        $"The queue '{name}'",
        $"queue:{name}",
        key: null,
        change,
        _ => Task.FromResult<Result<QueueName>>(name),
        [new NpgsqlBatchCommand(ReadQueue).With(name.Name)],
        async (_, reader) => await reader.ReadAsync(cancellationToken) ? QueueRows.Read(reader) : NotFound(name),
        cancellationToken);

    private static Refusal NotFound(QueueName name) => new Refusal.NotFound($"There is no queue '{name}'.");
}
