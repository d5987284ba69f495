using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Changes jobs in PostgreSQL. Each call is one statement, so one transaction and one round trip; it waits no longer than <see cref="HeldLock.Patience"/> for whoever holds the job.
/// </summary>
internal sealed class PostgresJobStore(NpgsqlDataSource database, ServerNames server) : IJobStore
{
    /// <summary>The process stopped within a transaction, for so long that the server gave it up: SQLSTATE 25P03.</summary>
    private const string IdleInTransaction = "25P03";

    /// <summary>How many calls may wait for a name longer than a moment: others are to find a connection.</summary>
    private const int MaxWaiting = 4;

    /// <summary>How long everybody waits for a name.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    /// <summary>How long whoever may wait for a name waits for his turn to.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

    private static readonly string EnqueueJobs = SqlText.Read("enqueue_jobs");
    private static readonly string ReadEnqueued = SqlText.Read("read_enqueued");
    private static readonly string CreatePartitions = SqlText.Read("create_partitions");
    private static readonly string ReadUniqueJob = SqlText.Read("read_unique_job");

    private readonly SemaphoreSlim waiting = new(MaxWaiting);

    public bool Knows(NewJob job) => server.Current.Knows(job, Rank(job.Priority));

    public async Task<bool> TryMeetAsync(IReadOnlyList<NewJob> jobs, bool mayWait, CancellationToken cancellationToken)
    {
        if (mayWait && !await waiting.WaitAsync(Turn, cancellationToken))
            return false;
        try
        {
            await using var connection = await ConnectAsync(cancellationToken);
            await MeetAsync(connection, server.Current, jobs, mayWait ? null : Moment, cancellationToken);
            return true;
        }
        catch (PostgresException e) when (HeldLock.Is(e))
        {
            return false;
        }
        finally
        {
            if (mayWait)
                waiting.Release();
        }
    }

    public async Task<IReadOnlyList<EnqueuedJob>> EnqueueAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        if (jobs.Any(job => job.NeedsLocks))
            throw new ArgumentException($"Jobs with a unique key or a sequence are enqueued by {nameof(IKeyedJobStore)}.", nameof(jobs));
        try
        {
            return await InsertAsync(jobs, cancellationToken);
        }
        catch (NpgsqlException e) when (IsConnectionLost(e))
        {
            return await InsertAgainAsync(jobs, cancellationToken);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: null })
        {
            // No partition for the day: this process slept past the days that were made ahead, and maintenance has not woken yet.
            await using var create = database.CreateCommand(CreatePartitions);
            await create.ExecuteNonQueryAsync(cancellationToken);
            return await InsertAsync(jobs, cancellationToken);
        }
    }

    public async Task<Result<JobCancellation>> CancelAsync(JobId id, string? reason, string? actor, CancellationToken cancellationToken)
    {
        return await CallAsync($"job {id}", connection => JobChanges.CancelAsync(connection, id, reason, actor, isCall: true, cancellationToken), cancellationToken);
    }

    public async Task<Result<JobState>> RestartAsync(JobId id, JobRestart restart, string? actor, CancellationToken cancellationToken)
    {
        return await CallAsync(
            $"job {id}, its unique key or its sequence",
            async connection => await UniqueKeyAsync(connection, id, restart, cancellationToken) is { } unique
                ? await RestartUniqueAsync(connection, unique, id, restart, actor, cancellationToken)
                : await JobChanges.RestartAsync(connection, id, restart, actor, isCall: true, cancellationToken),
            cancellationToken);
    }

    /// <summary>Restarts a job that takes its key again. Its state has the first word, and its key the second: then all is undone.</summary>
    private static async Task<Result<JobState>> RestartUniqueAsync(
        NpgsqlConnection connection, RestartedKey unique, JobId id, JobRestart restart, string? actor, CancellationToken cancellationToken)
    {
        KeyHash[] keys = [.. unique.Key.Refusal is null ? [unique.Key.Value] : Array.Empty<KeyHash>(), .. await JobKeys.OfJobAsync(connection, id, cancellationToken)];
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await JobKeys.LockAsync(connection, keys, HeldLock.Patience, cancellationToken);
        var (holders, _) = await JobKeys.HoldersAsync(connection, keys, cancellationToken);
        if ((await JobChanges.RestartAsync(connection, id, restart, actor, isCall: false, cancellationToken)).IsRefused(out var refusal, out var state))
            return refusal;
        if (unique.Key.IsRefused(out var invalid, out var key))
            return invalid;
        var holder = holders.GetValueOrDefault(key, KeyHolder.Nobody);
        if (KeyRules.RefuseRestart(id, holder) is { } held)
            return held;
        if (!holder.IsHeld)
            await JobKeys.TakeAsync(connection, [(key, id, unique.Policy.Scope, unique.Policy.Window)], cancellationToken);
        await JobKeys.ReleaseAsync(connection, keys.Where(one => one != key), id, cancellationToken);

        // Nobody could take the key meanwhile. If the process dies before this, nothing was done.
        await transaction.CommitAsync(cancellationToken);
        return state;
    }

    /// <summary>The key that a job takes again when it is restarted; null where it has none, or there is no such job.</summary>
    private static async Task<RestartedKey?> UniqueKeyAsync(NpgsqlConnection connection, JobId id, JobRestart restart, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadUniqueJob, connection).With(id.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || StoredJson.ReadPolicies(reader.GetString(1)).Unique is not { } unique)
            return null;
        return new RestartedKey(unique, unique.KeyOf(reader.GetString(0), restart.Payload ?? reader.GetFieldValue<byte[]>(2), "/unique"));
    }

    public async Task<Result<JobState>> EditAsync(JobId id, JobEdit edit, string? actor, CancellationToken cancellationToken)
    {
        return await CallAsync(
            $"job {id}, or the queue or the priority that it is to have",
            async connection =>
            {
                var names = server.Current;
                if (edit.Queue is { } queue && !names.Knows(queue))
                {
                    // A new one is made only where the job, as it stands, may have it.
                    if (await JobChanges.RefuseEditAsync(connection, id, edit, cancellationToken) is { } refusal)
                        return refusal;
                    await names.InternAsync(connection, [queue], [], cancellationToken);
                }

                return await JobChanges.EditAsync(connection, names, id, edit, actor, isCall: true, cancellationToken);
            },
            cancellationToken);
    }

    public Task<Result<JobState>> DeleteAsync(JobId id, CancellationToken cancellationToken) =>
        CallAsync($"job {id}", connection => JobChanges.DeleteAsync(connection, id, isCall: true, cancellationToken), cancellationToken);

    public Task<Result<JobState>> EraseAsync(JobId id, string? actor, CancellationToken cancellationToken) =>
        CallAsync($"job {id}", connection => JobChanges.EraseAsync(connection, id, actor, cancellationToken), cancellationToken);

    internal static short Rank(JobPriority priority) => (short)(JobPriority.Highest - priority.Value);

    /// <summary>Does what one call asks for, out of any transaction.</summary>
    /// <param name="what">What it may have to wait for.</param>
    /// <param name="change">Does it, on an open connection.</param>
    /// <param name="cancellationToken">Ends the wait for a connection.</param>
    private async Task<Result<T>> CallAsync<T>(string what, Func<NpgsqlConnection, Task<Result<T>>> change, CancellationToken cancellationToken)
        where T : notnull
    {
        await using var connection = await ConnectAsync(cancellationToken);
        try
        {
            return await change(connection);
        }
        catch (PostgresException e) when (HeldLock.Is(e))
        {
            return HeldLock.Refuse(what);
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

    private async Task<IReadOnlyList<EnqueuedJob>> InsertAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        var names = server.Current;
        var lanes = await MeetAsync(connection, names, jobs, patience: null, cancellationToken);

        await using var command = EnqueueRows.Fill(new NpgsqlCommand(EnqueueJobs, connection), jobs, names, lanes);

        // Prepared before it is run, not by its second use: where PostgreSQL refuses the parameters of the run that prepares, Npgsql
        // keeps the statement without its description and can't read its next answer (npgsql/npgsql#6391). One round trip a connection.
        await command.PrepareAsync(cancellationToken);

        // The statement is its own transaction: read to its end, it is committed, and the jobs are safe.
        return await EnqueueRows.ReadAsync(command, jobs, cancellationToken);
    }

    /// <summary>Sees to it that all that jobs name has a number; each step is committed by itself.</summary>
    internal static async Task<IReadOnlyDictionary<(int QueueId, int TypeId, string Keys), int>> MeetAsync(
        NpgsqlConnection connection, NameTable names, IReadOnlyList<NewJob> jobs, TimeSpan? patience, CancellationToken cancellationToken)
    {
        await names.InternAsync(connection, jobs.Select(job => job.Queue), jobs.Select(job => job.Type), cancellationToken, patience);
        await names.RegisterLanesAsync(connection, jobs.Select(job => (names.Id(job.Queue), Rank(job.Priority))).Distinct(), cancellationToken, patience);
        return await names.LimitLanes.InternAsync(connection, EnqueueRows.LanesOf(jobs, names), cancellationToken, patience: patience);
    }

    /// <summary>
    /// Once more, with the ids of before, after the connection broke. If the first try was committed, or is being committed just
    /// now, the ids are taken; they are random, so by nobody else. All of its jobs were stored then, or none.
    /// </summary>
    private async Task<IReadOnlyList<EnqueuedJob>> InsertAgainAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        try
        {
            return await InsertAsync(jobs, cancellationToken);
        }
        catch (Exception e) when (e is DatabaseUnreachableException or PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
        {
            // Nothing was done this time; of the first try nobody knows.
            throw new NpgsqlException($"The connection broke, and then: {e.Message}", e);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UniqueViolation)
        {
            await using var command = database.CreateCommand(ReadEnqueued)
                .With(jobs.Select(job => job.Id.Value).ToArray())
                .With(JobId.FirstAt(jobs.Min(job => job.Id.MadeAt)).Value)
                .With(JobId.FirstAt(jobs.Max(job => job.Id.MadeAt).AddMilliseconds(1)).Value);
            var enqueued = await EnqueueRows.ReadAsync(command, jobs, cancellationToken);
            if (Array.Exists(enqueued, job => job is null))
                throw;
            return enqueued;
        }
    }

    /// <summary>Whether the connection broke, which it also does when it lay in the pool while the server restarted. A time-out is no such break.</summary>
    internal static bool IsConnectionLost(NpgsqlException e) => e switch
    {
        PostgresException { SqlState: var state } => state is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or IdleInTransaction,
        _ => e is { IsTransient: true, InnerException: not TimeoutException },
    };

    /// <summary>What a restart takes again.</summary>
    private sealed record RestartedKey(UniquePolicy Policy, Result<KeyHash> Key);


}
