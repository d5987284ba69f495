using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Storage.Reading;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Enqueues jobs with keys, and those of sequences, in PostgreSQL. Their keys are locked first, all at once and in one order, and then their sequences; the look at who holds them comes
/// after that, so that it sees what was waited for; and the jobs, their keys and the answer that is kept are one transaction.
/// </summary>
/// <param name="database">Where they are.</param>
/// <param name="server">What this process knows of it.</param>
/// <param name="patience">For how long another call is waited for that has a key; null for as long as is usual.</param>
internal sealed class PostgresKeyedJobStore(NpgsqlDataSource database, ServerNames server, TimeSpan? patience = null) : IKeyedJobStore
{
    /// <summary>How often a transaction is run again that PostgreSQL ended because others waited for it in a circle.</summary>
    private const int MaxDeadlocks = 5;

    private static readonly string CreatePartitions = SqlText.Read("create_partitions");
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly Refusal.InUse Late = new("The unique key, the sequence or the queue with a maxDepth is being used by another call for too long; nothing was stored.", RetryAfter);
    private static readonly Refusal.InUse LateName = new("A name in it is used for the first time by a transaction that is still open; nothing was stored.", RetryAfter);

    /// <summary>How long everybody waits for others. Only a few wait longer, so that others find a connection.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    /// <summary>How many transactions may wait for others for longer than a moment.</summary>
    private readonly SemaphoreSlim waiting = new(Math.Max(1, new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize / 3));

    public Task<IReadOnlyList<Result<EnqueuedJob>?>> EnqueueEachAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken) =>
        EnqueueEachAsync(jobs, mayWait: true, cancellationToken);

    public Task<IReadOnlyList<Result<EnqueuedJob>?>> TryEnqueueEachAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken) =>
        EnqueueEachAsync(jobs, mayWait: false, cancellationToken);

    private TimeSpan Patience => patience ?? JobKeys.Patience;

    private async Task<IReadOnlyList<Result<EnqueuedJob>?>> EnqueueEachAsync(IReadOnlyList<NewJob> jobs, bool mayWait, CancellationToken cancellationToken)
    {
        return await TryAsync<IReadOnlyList<Result<EnqueuedJob>?>>(
            jobs,
            async (connection, isAgain, wait) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var enqueue = new KeyedEnqueue(connection, server.Current, jobs, cancellationToken);
                await enqueue.LockAsync(Keys(jobs), wait);
                if (isAgain && await enqueue.RecallAsync(IsOneKey(jobs)) is { } before)
                    return before;

                await enqueue.RunAsync(IsOneKey(jobs));
                await transaction.CommitAsync(cancellationToken);
                return enqueue.Answers;
            },
            whenLate: late => [.. jobs.Select(_ => (Result<EnqueuedJob>?)late)],
            mayWait,
            cancellationToken);
    }

    public async Task<Result<IReadOnlyList<EnqueuedJob>>> EnqueueAllAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        return await TryAsync<Result<IReadOnlyList<EnqueuedJob>>>(
            jobs,
            async (connection, isAgain, wait) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var enqueue = new KeyedEnqueue(connection, server.Current, jobs, cancellationToken);
                await enqueue.LockAsync(Keys(jobs), wait);
                if (isAgain && await enqueue.RecallAsync(changesHolders: true) is { } before)
                    return Result.Of<IReadOnlyList<EnqueuedJob>>([.. before.Select(answer => answer!.Value.Value!)]);

                await enqueue.RunAsync(changesHolders: true);
                if (enqueue.Refused is { } refused)
                    return refused;
                await transaction.CommitAsync(cancellationToken);
                return Result.Of<IReadOnlyList<EnqueuedJob>>([.. enqueue.Answers.Select(answer => answer!.Value.Value!)]);
            },
            whenLate: late => late,
            mayWait: true,
            cancellationToken);
    }

    public async Task<Result<OnceEnqueued>> EnqueueOnceAsync(
        IReadOnlyList<NewJob> jobs,
        RequestKey request,
        Func<IReadOnlyList<EnqueuedJob>, Func<JobId, Task<Job?>>, Task<Result<KeptAnswer>>> describe,
        CancellationToken cancellationToken)
    {
        var isOfRequest = false;
        return await TryAsync<Result<OnceEnqueued>>(
            jobs,
            async (connection, isAgain, wait) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var enqueue = new KeyedEnqueue(connection, server.Current, jobs, cancellationToken);
                try
                {
                    // Ahead of all others, which nobody does who has locked one of those.
                    await JobKeys.LockAsync(connection, [request.Hash], wait, cancellationToken);
                }
                catch (PostgresException e) when (HeldLock.Is(e) && !isAgain)
                {
                    isOfRequest = true;
                    throw;
                }

                isOfRequest = false;
                await enqueue.LockAsync(Keys(jobs), wait);
                if (await JobKeys.AnswerAsync(connection, request, isAgain ? jobs[0].Id : null, cancellationToken) is { } kept)
                    return kept.IsRefused(out var other, out var before) ? other : new OnceEnqueued(before, []);

                await enqueue.RunAsync(changesHolders: true);
                if (enqueue.Refused is { } refused)
                    return refused;
                EnqueuedJob[] enqueued = [.. enqueue.Answers.Select(job => job!.Value.Value!)];
                if ((await describe(enqueued, id => JobsInTransaction.FindAsync(connection, id, cancellationToken))).IsRefused(out var gone, out var answer))
                    return gone;
                await JobKeys.KeepAsync(connection, request, answer, jobs[0].Id, cancellationToken);

                // If the process dies from here on, the caller's next try gets this answer.
                await transaction.CommitAsync(cancellationToken);
                return new OnceEnqueued(answer, enqueued);
            },
            whenLate: late => isOfRequest ? new Refusal.InFlight("A request with this Idempotency-Key is still under way; nothing was done for this one.", RetryAfter) : late,
            mayWait: true,
            cancellationToken);
    }

    public async Task<Result<KeptAnswer>?> FindAnswerAsync(RequestKey request, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        return await JobKeys.AnswerAsync(connection, request, first: null, cancellationToken);
    }

    public async Task<Result<JobId>?> FindHolderAsync(NewJob job, CancellationToken cancellationToken)
    {
        if (job.UniqueKey is not { } key)
            return null;
        await using var connection = await ConnectAsync(cancellationToken);
        var (holders, now) = await JobKeys.HoldersAsync(connection, [key], cancellationToken);
        var holder = holders.GetValueOrDefault(key, KeyHolder.Nobody);
        return KeyRules.Decide(job, holder, now) switch
        {
            KeyDecision.Take => null,
            KeyDecision.Refuse { Why: var why } => why,
            _ => holder.Job!.Value,
        };
    }

    /// <summary>Then there is one holder to change: nobody can be waited for in a circle.</summary>
    private static bool IsOneKey(IReadOnlyList<NewJob> jobs) => jobs.All(job => job.UniqueKey == jobs[0].UniqueKey);

    private static IEnumerable<KeyHash> Keys(IReadOnlyList<NewJob> jobs) => jobs.Select(job => job.UniqueKey).OfType<KeyHash>();

    /// <summary>
    /// Runs a transaction, once more where the connection broke: it may have been committed, which the second one then finds out. Whom it has to wait for longer than a moment it
    /// waits for in a second transaction, of which there are only so many.
    /// </summary>
    /// <param name="jobs">What is to be enqueued.</param>
    /// <param name="run">The transaction, on an open connection; whether another may have been committed before; and for how long it waits for others.</param>
    /// <param name="whenLate">The answer where something was not to be had in time, and nothing was done.</param>
    /// <param name="mayWait">Whether it may wait longer than a moment.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async Task<T> TryAsync<T>(
        IReadOnlyList<NewJob> jobs, Func<NpgsqlConnection, bool, TimeSpan, Task<T>> run, Func<Refusal.InUse, T> whenLate, bool mayWait, CancellationToken cancellationToken)
    {
        var (isAgain, hasDays, hasNames, wait, mayGoOn) = (false, false, false, Patience < Moment ? Patience : Moment, false);
        try
        {
            for (var deadlocks = 0; ;)
            {
                try
                {
                    await using var connection = await ConnectAsync(cancellationToken);
                    var names = server.Current;
                    hasNames = false;
                    await names.InternAsync(connection, jobs.Select(job => job.Queue), jobs.Select(job => job.Type), cancellationToken);
                    await names.RegisterLanesAsync(connection, jobs.Select(job => (names.Id(job.Queue), PostgresJobStore.Rank(job.Priority))).Distinct(), cancellationToken);
                    await names.LimitLanes.InternAsync(connection, EnqueueRows.LanesOf(jobs, names), cancellationToken);
                    hasNames = true;
                    return await run(connection, isAgain, wait);
                }
                catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected && deadlocks < MaxDeadlocks)
                {
                    deadlocks++;
                }
                catch (PostgresException e) when (HeldLock.Is(e) && !isAgain)
                {
                    if (!hasNames)
                        return whenLate(LateName);
                    if (mayGoOn || !mayWait || !await waiting.WaitAsync(Patience, cancellationToken))
                        return whenLate(Late);
                    (mayGoOn, wait) = (true, Patience);
                }
                catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: null } && !hasDays)
                {
                    // As of plain jobs: no partition for the day.
                    await using var create = database.CreateCommand(CreatePartitions);
                    await create.ExecuteNonQueryAsync(cancellationToken);
                    hasDays = true;
                }
                catch (PostgresException e) when (HeldLock.Is(e))
                {
                    // Of the first try nobody knows.
                    throw new NpgsqlException($"The connection broke, and then: {e.Message}", e);
                }
                catch (DatabaseUnreachableException e) when (isAgain)
                {
                    throw new NpgsqlException($"The connection broke, and then: {e.Message}", e);
                }
                catch (NpgsqlException e) when (!isAgain && PostgresJobStore.IsConnectionLost(e))
                {
                    (isAgain, wait) = (true, Patience);
                }
            }
        }
        finally
        {
            if (mayGoOn)
                waiting.Release();
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await database.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw new DatabaseUnreachableException(e);
        }
    }
}
