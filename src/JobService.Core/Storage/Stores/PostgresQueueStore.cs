using JobService.Core.Errors;
using JobService.Core.Queues;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Changes queues in PostgreSQL.</summary>
internal sealed class PostgresQueueStore(NpgsqlDataSource database, TimeProvider clock) : IQueueStore
{
    /// <summary>How long a change waits for the claims under way, as a <c>lock_timeout</c>; they take milliseconds.</summary>
    private const string Patience = "2s";

    private static readonly string ReadQueue = SqlText.Read("read_queue");
    private static readonly string SaveQueue = SqlText.Read("save_queue");
    private static readonly string ChangeClaimSettings = SqlText.Read("change_claim_settings");
    private static readonly string SettleLimit = SqlText.Read("settle_limit");
    private static readonly string PauseQueue = SqlText.Read("pause_queue");
    private static readonly string ResumeQueue = SqlText.Read("resume_queue");

    public async Task<Queue?> FindAsync(QueueName name, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadQueue).With(name.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? QueueRows.Read(reader) : null;
    }

    public Task<Result<SavedQueue>> SaveAsync(QueueName name, QueueSettings settings, CancellationToken cancellationToken) => ChangeAsync<SavedQueue>(
        name,
        [
            new NpgsqlBatchCommand(SaveQueue)
                .With(name.Name)
                .With(settings.Weight)
                .With((long?)settings.Retention?.TotalMilliseconds, NpgsqlDbType.Bigint)
                .With(settings.MaxDepth, NpgsqlDbType.Integer)
                .With(settings.MaxRunning, NpgsqlDbType.Integer)
                .With(settings.Rate?.Limit, NpgsqlDbType.Integer)
                .With(settings.Rate?.Per.Ticks / TimeSpan.TicksPerMicrosecond, NpgsqlDbType.Bigint)
                .With(settings.Rate?.Burst, NpgsqlDbType.Integer),
            new NpgsqlBatchCommand(SettleLimit).With($"queue:{name}").With(value: false),
        ],
        async reader =>
        {
            await reader.ReadAsync(cancellationToken);
            var isNew = reader.GetBoolean(0);
            await reader.NextResultAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
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
        int cancelled;
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            if (await QueueSweep.BeginAsync(connection, clock, name, reason, actor, cancellationToken) is not { } sweep)
                return NotFound(name);
            cancelled = await sweep.RunAsync(cancellationToken);
        }

        return await FindAsync(name, cancellationToken) is { } queue ? new QueuePurge(queue, cancelled) : NotFound(name);
    }

    private Task<Result<Queue>> ChangePauseAsync(QueueName name, NpgsqlBatchCommand change, CancellationToken cancellationToken) => ChangeAsync<Queue>(
        name, [change], async reader => await reader.ReadAsync(cancellationToken) ? QueueRows.Read(reader) : NotFound(name), cancellationToken);

    /// <summary>Changes what claims go by, in one transaction. If the process dies before it commits, nothing has changed.</summary>
    /// <param name="name">Which queue.</param>
    /// <param name="changes">What is done to it.</param>
    /// <param name="read">Makes the answer of their rows, where they have any, and of the queue as it is then.</param>
    /// <param name="cancellationToken">Ends the wait; whether it was changed is then unknown.</param>
    private async Task<Result<T>> ChangeAsync<T>(
        QueueName name, IEnumerable<NpgsqlBatchCommand> changes, Func<NpgsqlDataReader, Task<Result<T>>> read, CancellationToken cancellationToken)
        where T : notnull
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var batch = new NpgsqlBatch(connection, transaction);
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ChangeClaimSettings).With(Patience));
            foreach (var change in changes)
                batch.BatchCommands.Add(change);
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadQueue).With(name.Name));

            Result<T> changed;
            await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
            {
                await reader.NextResultAsync(cancellationToken);
                changed = await read(reader);
            }

            await transaction.CommitAsync(cancellationToken);
            return changed;
        }
        catch (PostgresException e) when (HeldLock.Is(e))
        {
            return HeldLock.Refuse($"the queue '{name}' or claims");
        }
    }

    private static Refusal NotFound(QueueName name) => new Refusal.NotFound($"There is no queue '{name}'.");
}
