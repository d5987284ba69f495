using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// What changes one job: in a call of its own, which gives up on whoever holds the job for longer than <see cref="HeldLock.Patience"/>, or in a transaction that the connection is in, which
/// has said itself for how long it waits.
/// </summary>
internal static class JobChanges
{
    /// <summary>How often a change is made again when the job was just moving from one state to the next.</summary>
    private const int MaxTries = 8;

    private static readonly string CancelJob = SqlText.Read("cancel_job");
    private static readonly string RestartJob = SqlText.Read("restart_job");
    private static readonly string EditJob = SqlText.Read("edit_job");
    private static readonly string DeleteJob = SqlText.Read("delete_job");
    private static readonly string EraseJob = SqlText.Read("erase_job");
    private static readonly string ReadJobState = SqlText.Read("read_job_state");
    private static readonly string ReadJobLane = SqlText.Read("read_job_lane");

    /// <summary>Cancels a job that waits, or asks whoever runs it to stop.</summary>
    public static async Task<Result<JobCancellation>> CancelAsync(
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
                return NotFound(id);
        }

        return new Refusal.InUse($"Job {id} is changing its state too often just now.", TimeSpan.FromSeconds(1));
    }

    /// <summary>Starts a job anew; whether it may have its key is not asked here.</summary>
    public static Task<Result<JobState>> RestartAsync(
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

    /// <summary>Why a job cannot be edited as it stands; null where it can.</summary>
    public static async Task<Refusal?> RefuseEditAsync(NpgsqlConnection connection, JobId id, JobEdit edit, CancellationToken cancellationToken) =>
        await StandingAsync(connection, id, cancellationToken) is not { } standing
            ? NotFound(id)
            : RefuseEdit(id, edit, standing) ?? (JobStateMachine.Next(standing.State, JobTrigger.Reschedule) is null ? Refuse(standing.State, JobTrigger.Reschedule) : null);

    /// <summary>Edits a waiting job; the names know the queue.</summary>
    public static async Task<Result<JobState>> EditAsync(
        NpgsqlConnection connection, NameTable names, JobId id, JobEdit edit, string? actor, bool isCall, CancellationToken cancellationToken)
    {
        var lane = edit.Queue is { } moved ? await LaneAsync(connection, names, id, moved, isCommitted: isCall, cancellationToken) : null;
        return await ChangeAsync(
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
            standing => RefuseEdit(id, edit, standing) is { } refusal ? refusal : default(Result<JobState>?),
            isCall,
            cancellationToken);
    }

    private static Refusal? RefuseEdit(JobId id, JobEdit edit, Standing standing) =>
        edit.ExpectedRevision is { } expected && expected != standing.Revision
            ? new Refusal.PreconditionFailed($"Job {id} has changed since you read it.")
            : standing.TooLate(edit.RunAt);

    /// <summary>Removes a job that isn't running, with all that is known of it.</summary>
    public static Task<Result<JobState>> DeleteAsync(NpgsqlConnection connection, JobId id, bool isCall, CancellationToken cancellationToken) => ChangeAsync(
        connection,
        id,
        trigger: null,
        () => new NpgsqlBatchCommand(DeleteJob).With(id.Value),
        _ => null,
        isCall,
        cancellationToken);

    /// <summary>Forgets the payload of a final job, in a call of its own.</summary>
    public static Task<Result<JobState>> EraseAsync(NpgsqlConnection connection, JobId id, string? actor, CancellationToken cancellationToken) => ChangeAsync(
        connection,
        id,
        JobTrigger.Restart,
        () => new NpgsqlBatchCommand(EraseJob).With(id.Value).With(actor, NpgsqlDbType.Text),
        _ => null,
        isCall: true,
        cancellationToken);

    /// <summary>What changes, as the timeline tells it.</summary>
    public static string Describe(JobEdit edit) => string.Join(", ", new[]
    {
        edit.RunAt is null ? null : "runAt",
        edit.Priority is null ? null : "priority",
        edit.Queue is null ? null : "queue",
        edit.Payload is null ? null : "payload",
        edit.Tags is null ? null : "tags",
    }.OfType<string>());

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
                return NotFound(id);
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

    private static Refusal.NotFound NotFound(JobId id) => new($"There is no job {id}.");

    private static string Word(JobState state) => state.ToString().ToLowerInvariant();

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
