using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Queues;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Changes jobs in PostgreSQL. Each call is one statement, so one transaction and one round trip; it waits no longer than <see cref="HeldLock.Patience"/> for whoever holds the job.
/// </summary>
internal sealed class PostgresJobStore(NpgsqlDataSource database, ServerNames server) : IJobStore
{
    /// <summary>How often a call is made again when the job was just moving from one state to the next.</summary>
    private const int MaxTries = 8;

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
    private static readonly string CancelJob = SqlText.Read("cancel_job");
    private static readonly string RestartJob = SqlText.Read("restart_job");
    private static readonly string EditJob = SqlText.Read("edit_job");
    private static readonly string DeleteJob = SqlText.Read("delete_job");
    private static readonly string EraseJob = SqlText.Read("erase_job");
    private static readonly string ReadJobState = SqlText.Read("read_job_state");
    private static readonly string ReadJobLane = SqlText.Read("read_job_lane");
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
        return await CallAsync($"job {id}", connection => CancelAsync(connection, id, reason, actor, isCall: true, cancellationToken), cancellationToken);
    }

    /// <summary>Cancels as part of the transaction the connection is in.</summary>
    internal static Task<Result<JobCancellation>> CancelAsync(
        NpgsqlConnection connection, JobId id, string? reason, string? actor, CancellationToken cancellationToken) =>
        CancelAsync(connection, id, reason, actor, isCall: false, cancellationToken);

    private static async Task<Result<JobCancellation>> CancelAsync(
        NpgsqlConnection connection, JobId id, string? reason, string? actor, bool isCall, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var command = new NpgsqlBatchCommand(CancelJob).With(id.Value).With(reason, NpgsqlDbType.Text).With(actor, NpgsqlDbType.Text).With(value: false);
            await using var batch = Batch(connection, command, isCall);
            await using var reader = await ReadAsync(batch, isCall, cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (reader.GetBoolean(0))
                return JobCancellation.Done;
            if (!reader.IsDBNull(1))
                return JobCancellation.Requested;
            if (!reader.IsDBNull(2))
            {
                var state = (JobState)reader.GetInt16(2);
                return state == JobState.Cancelled ? JobCancellation.AlreadyDone : Refuse(state, JobTrigger.Cancel);
            }

            if (!reader.GetBoolean(3))
                return new Refusal.NotFound($"job {id}");
        }

        return new Refusal.InUse($"Job {id} is changing its state too often just now.", TimeSpan.FromSeconds(1));
    }

    public async Task<Result<JobState>> RestartAsync(JobId id, JobRestart restart, string? actor, CancellationToken cancellationToken)
    {
        return await CallAsync(
            $"job {id}, its unique key or its sequence",
            async connection => await UniqueKeyAsync(connection, id, restart, cancellationToken) is { } unique
                ? await RestartUniqueAsync(connection, unique, id, restart, actor, cancellationToken)
                : await RestartAsync(connection, id, restart, actor, isCall: true, cancellationToken),
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
        if ((await RestartAsync(connection, id, restart, actor, cancellationToken)).IsRefused(out var refusal, out var state))
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

    /// <summary>Restarts as part of the transaction the connection is in; whether the job may have its key is not asked here.</summary>
    internal static Task<Result<JobState>> RestartAsync(NpgsqlConnection connection, JobId id, JobRestart restart, string? actor, CancellationToken cancellationToken) =>
        RestartAsync(connection, id, restart, actor, isCall: false, cancellationToken);

    private static Task<Result<JobState>> RestartAsync(
        NpgsqlConnection connection, JobId id, JobRestart restart, string? actor, bool isCall, CancellationToken cancellationToken) =>
        ChangeAsync(
            connection,
            id,
            JobTrigger.Restart,
            () => new NpgsqlBatchCommand(RestartJob)
                .With(id.Value)
                .With(restart.Payload, NpgsqlDbType.Json)
                .With(restart.RunAt?.UtcDateTime, NpgsqlDbType.TimestampTz)
                .With(actor, NpgsqlDbType.Text),
            standing => standing switch
            {
                { IsRestarted: true } when standing.Matches(restart) => (Result<JobState>?)standing.State,
                { IsErased: true } when standing.State.IsFinal() => new Refusal.Gone($"The payload of job {id} was erased; give a new one."),
                _ => null,
            },
            isCall,
            cancellationToken);

    public async Task<Result<JobState>> EditAsync(JobId id, JobEdit edit, string? actor, CancellationToken cancellationToken)
    {
        return await CallAsync(
            $"job {id}, or the queue or the priority that it is to have",
            async connection =>
            {
                var names = server.Current;
                if (edit.Queue is { } queue)
                    await names.InternAsync(connection, [queue], [], cancellationToken);
                var lane = edit.Queue is { } moved ? await LaneAsync(connection, names, id, moved, isCommitted: true, cancellationToken) : null;
                return await EditAsync(connection, names, id, edit, lane, actor, isCall: true, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Edits as part of the transaction the connection is in; the names know the queue.</summary>
    internal static async Task<Result<JobState>> EditInTransactionAsync(
        NpgsqlConnection connection, NameTable names, JobId id, JobEdit edit, string? actor, CancellationToken cancellationToken)
    {
        var lane = edit.Queue is { } moved ? await LaneAsync(connection, names, id, moved, isCommitted: false, cancellationToken) : null;
        return await EditAsync(connection, names, id, edit, lane, actor, isCall: false, cancellationToken);
    }

    private static Task<Result<JobState>> EditAsync(
        NpgsqlConnection connection, NameTable names, JobId id, JobEdit edit, int? lane, string? actor, bool isCall, CancellationToken cancellationToken) =>
        ChangeAsync(
            connection,
            id,
            JobTrigger.Reschedule,
            () => new NpgsqlBatchCommand(EditJob)
                .With(id.Value)
                .With(edit.ExpectedRevision, NpgsqlDbType.Integer)
                .With(edit.RunAt?.UtcDateTime, NpgsqlDbType.TimestampTz)
                .With((short?)edit.Priority?.Value, NpgsqlDbType.Smallint)
                .With(edit.Queue is { } name ? names.Id(name) : null, NpgsqlDbType.Integer)
                .With(edit.Payload, NpgsqlDbType.Json)
                .With(edit.Tags is { } tags ? StoredJson.Write(tags) ?? "{}" : null, NpgsqlDbType.Jsonb)
                .With(actor, NpgsqlDbType.Text)
                .With(Describe(edit))
                .With(lane, NpgsqlDbType.Integer)
                .With(edit.RoutedBy, NpgsqlDbType.Text),
            standing => edit.ExpectedRevision is { } expected && expected != standing.Revision
                ? new Refusal.PreconditionFailed($"Job {id} has changed since you read it.")
                : standing.TooLate(edit.RunAt) is { } tooLate ? tooLate : default(Result<JobState>?),
            isCall,
            cancellationToken);

    public Task<Result<JobState>> DeleteAsync(JobId id, CancellationToken cancellationToken) =>
        CallAsync($"job {id}", connection => DeleteAsync(connection, id, isCall: true, cancellationToken), cancellationToken);

    /// <summary>Deletes as part of the transaction the connection is in.</summary>
    internal static Task<Result<JobState>> DeleteAsync(NpgsqlConnection connection, JobId id, CancellationToken cancellationToken) =>
        DeleteAsync(connection, id, isCall: false, cancellationToken);

    private static Task<Result<JobState>> DeleteAsync(NpgsqlConnection connection, JobId id, bool isCall, CancellationToken cancellationToken) => ChangeAsync(
        connection,
        id,
        trigger: null,
        () => new NpgsqlBatchCommand(DeleteJob).With(id.Value),
        _ => null,
        isCall,
        cancellationToken);

    public Task<Result<JobState>> EraseAsync(JobId id, string? actor, CancellationToken cancellationToken) => CallAsync(
        $"job {id}",
        connection => ChangeAsync(
            connection,
            id,
            JobTrigger.Restart,
            () => new NpgsqlBatchCommand(EraseJob).With(id.Value).With(actor, NpgsqlDbType.Text),
            _ => null,
            isCall: true,
            cancellationToken),
        cancellationToken);

    internal static short Rank(JobPriority priority) => (short)(JobPriority.Highest - priority.Value);

    /// <summary>The lane of a job's limit keys in another queue; null of one without. Its type and its keys never change.</summary>
    private static async Task<int?> LaneAsync(
        NpgsqlConnection connection, NameTable names, JobId id, QueueName queue, bool isCommitted, CancellationToken cancellationToken)
    {
        (int TypeId, string Keys)? keys = null;
        await using (var command = new NpgsqlCommand(ReadJobLane, connection).With(id.Value))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (await reader.ReadAsync(cancellationToken))
                keys = (reader.GetInt32(0), LimitLanes.Text(reader.GetFieldValue<string[]>(1).Select(LimitKey.Parse)));
        }

        if (keys is not { } of)
            return null;
        var set = (names.Id(queue), of.TypeId, of.Keys);
        return (await names.LimitLanes.InternAsync(connection, [set], cancellationToken, isCommitted))[set];
    }

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

    /// <summary>One round trip, which is a transaction too where the connection is in none. Of a call it gives up on whoever holds the job; within a transaction, that has said when.</summary>
    private static NpgsqlBatch Batch(NpgsqlConnection connection, NpgsqlBatchCommand statement, bool isCall)
    {
        var batch = new NpgsqlBatch(connection);
        if (isCall)
            batch.BatchCommands.Add(HeldLock.WithPatience());
        batch.BatchCommands.Add(statement);
        return batch;
    }

    /// <summary>The rows of its statement.</summary>
    private static async Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch, bool isCall, CancellationToken cancellationToken)
    {
        var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (isCall)
            await reader.NextResultAsync(cancellationToken);
        return reader;
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

    /// <summary>
    /// Runs a statement that returns the job's state when it took effect. Without one the job's standing tells why; where it should have
    /// taken effect, the job was just moving, and the statement is run again.
    /// </summary>
    private static async Task<Result<JobState>> ChangeAsync(
        NpgsqlConnection connection,
        JobId id,
        JobTrigger? trigger,
        Func<NpgsqlBatchCommand> statement,
        Func<Standing, Result<JobState>?> answerFor,
        bool isCall,
        CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            await using (var batch = Batch(connection, statement(), isCall))
            {
                await using var reader = await ReadAsync(batch, isCall, cancellationToken);
                if (await reader.ReadAsync(cancellationToken))
                    return (JobState)reader.GetInt16(0);
            }

            if (await StandingAsync(connection, id, cancellationToken) is not { } standing)
                return new Refusal.NotFound($"job {id}");
            if (answerFor(standing) is { } answer)
                return answer;

            var isAllowed = trigger is { } t ? JobStateMachine.Next(standing.State, t) is not null : standing.State != JobState.Running;
            if (!isAllowed)
                return Refuse(standing.State, trigger);
        }

        return new Refusal.InUse($"Job {id} is changing its state too often just now.", TimeSpan.FromSeconds(1));
    }

    private static async Task<Standing?> StandingAsync(NpgsqlConnection connection, JobId id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadJobState, connection).With(id.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;

        var state = (JobState)reader.GetInt16(0);
        var isRestarted = string.Equals(reader.TextOrNull(3), "restarted", StringComparison.Ordinal)
            && state is JobState.Queued or JobState.Scheduled or JobState.Blocked && reader.GetBoolean(4);
        return new Standing(state, reader.GetInt32(1), reader.GetBoolean(2), isRestarted, reader.Instant(5), reader.GetFieldValue<byte[]>(6))
        {
            ExpiresAt = reader.InstantOrNull(7),
            Deadline = reader.InstantOrNull(8),
        };
    }

    private static Refusal.WrongState Refuse(JobState state, JobTrigger? trigger)
    {
        var allowed = trigger is { } t
            ? JobStateMachine.AllowedFrom(t)
            : Enum.GetValues<JobState>().Where(other => other != JobState.Running);
        return new Refusal.WrongState(Word(state), [.. allowed.Select(Word)], $"The job is {Word(state)}.");
    }

    private static string Word(JobState state) => state.ToString().ToLowerInvariant();

    /// <summary>What changes, as the timeline tells it.</summary>
    internal static string Describe(JobEdit edit) => string.Join(", ", new[]
    {
        edit.RunAt is null ? null : "runAt",
        edit.Priority is null ? null : "priority",
        edit.Queue is null ? null : "queue",
        edit.Payload is null ? null : "payload",
        edit.Tags is null ? null : "tags",
    }.OfType<string>());

    /// <summary>What a restart takes again.</summary>
    private sealed record RestartedKey(UniquePolicy Policy, Result<KeyHash> Key);

    /// <summary>Where a job stands when a change did not take effect.</summary>
    private sealed record Standing(JobState State, int Revision, bool IsErased, bool IsRestarted, DateTimeOffset RunAt, ReadOnlyMemory<byte> Payload)
    {
        public DateTimeOffset? ExpiresAt { get; init; }

        public DateTimeOffset? Deadline { get; init; }

        /// <summary>Refuses a time at which the job, if it waits, would have ended.</summary>
        public Refusal.Invalid? TooLate(DateTimeOffset? runAt)
        {
            var end = runAt > ExpiresAt ? "expiresAt" : runAt > Deadline ? "deadline" : null;
            return end is not null && JobStateMachine.Next(State, JobTrigger.Reschedule) is not null
                ? new Refusal.Invalid([new Fault("/runAt", $"Expected a time that is not after the job's {end}.")])
                : null;
        }

        /// <summary>Whether the restart asks for what the job has already; times are stored in microseconds.</summary>
        public bool Matches(JobRestart restart) =>
            (restart.Payload is not { } payload || payload.Span.SequenceEqual(Payload.Span))
            && (restart.RunAt is not { } runAt || (runAt - RunAt).Duration() < TimeSpan.FromMicroseconds(1));
    }
}
