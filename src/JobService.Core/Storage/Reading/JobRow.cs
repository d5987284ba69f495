using System.Linq.Expressions;
using JobService.Core.Attempts;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Storage.Stores;

namespace JobService.Core.Storage.Reading;

/// <summary>A row of <c>job_views</c>. Filters use the columns of the places a job can be in, not a computed state, so that joins fall away.</summary>
internal sealed class JobRow
{
    public Guid Id { get; init; }

    public required string Type { get; init; }

    public required string Queue { get; init; }

    public short Priority { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public string? CreatedBy { get; init; }

    public DateTimeOffset RunAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? DeadlineAt { get; init; }

    public string? Tags { get; init; }

    public string? Metadata { get; init; }

    public required string Payload { get; init; }

    public string? Policies { get; init; }

    public string? RoutedBy { get; init; }

    public Guid? ReplayOf { get; init; }

    public string? TraceParent { get; init; }

    public string? Schedule { get; init; }

    public string[]? LimitKeys { get; init; }

    public int AttemptsForgiven { get; init; }

    public int Revision { get; init; }

    public bool IsErased { get; init; }

    public short? FinishedState { get; init; }

    public Guid? RunningId { get; init; }

    public short? ScheduledState { get; init; }

    public Guid? BlockedId { get; init; }

    public int Attempt { get; init; }

    public short Crashes { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public string? Reason { get; init; }

    public string? Result { get; init; }

    public bool IsResultGone { get; init; }

    public DateTimeOffset? NextRetryAt { get; init; }

    public DateTimeOffset? CancelRequestedAt { get; init; }

    public string? CancelReason { get; init; }

    public string? Worker { get; init; }

    public int? ErrorAttempt { get; init; }

    public short? ErrorFailure { get; init; }

    public string? ErrorType { get; init; }

    public string? ErrorMessage { get; init; }

    public string? ErrorStack { get; init; }

    public DateTimeOffset? ErrorStartedAt { get; init; }

    public DateTimeOffset? ErrorAt { get; init; }

    public string? ErrorWorker { get; init; }

    /// <summary>The jobs in any of the states.</summary>
    public static Expression<Func<JobRow, bool>> IsIn(IReadOnlyList<JobState> states)
    {
        short[] finished = [.. states.Where(state => state.IsFinal()).Select(state => (short)state)];
        short[] scheduled = [.. states.Where(state => state is JobState.Scheduled or JobState.Retrying).Select(state => (short)state)];
        var (isQueued, isRunning, isBlocked) = (states.Contains(JobState.Queued), states.Contains(JobState.Running), states.Contains(JobState.Blocked));

        return (finished.Length > 0, scheduled.Length > 0, isBlocked, isQueued || isRunning) switch
        {
            (true, false, false, false) => row => finished.Contains(row.FinishedState!.Value),
            (false, false, true, false) => row => row.BlockedId != null,
            (false, true, false, false) => row => scheduled.Contains(row.ScheduledState!.Value) && row.FinishedState == null,
            _ => row => row.FinishedState != null ? finished.Contains(row.FinishedState.Value)
                : row.RunningId != null ? isRunning
                : row.ScheduledState != null ? scheduled.Contains(row.ScheduledState.Value)
                : row.BlockedId != null ? isBlocked
                : isQueued,
        };
    }

    public Job ToJob()
    {
        var policies = StoredJson.ReadPolicies(Policies);
        var state = FinishedState is { } finished ? (JobState)finished
            : RunningId is not null ? JobState.Running
            : ScheduledState is { } scheduled ? (JobState)scheduled
            : BlockedId is not null ? JobState.Blocked
            : JobState.Queued;
        return new Job
        {
            Id = new JobId(Id),
            Type = JobType.Parse(Type),
            State = state,
            Queue = QueueName.Parse(Queue),
            Priority = new JobPriority(Priority),
            Payload = IsErased ? null : Payload,
            Tags = StoredJson.ReadTags(Tags),
            LimitKeys = LimitKeys is null ? [] : [.. LimitKeys.Select(LimitKey.Parse)],
            Metadata = Metadata,
            Policies = policies,
            CreatedAt = CreatedAt,
            CreatedBy = CreatedBy,
            Schedule = StoredJson.ReadSchedule(Schedule),
            RunAt = RunAt,
            StartedAt = StartedAt,
            FinishedAt = FinishedAt,
            ExpiresAt = ExpiresAt,
            Deadline = DeadlineAt,
            Attempt = Attempt,
            MaxAttempts = policies.Retry.MaxAttempts + AttemptsForgiven + Crashes,
            Crashes = Crashes,
            NextRetryAt = NextRetryAt,
            Reason = Reason ?? CancelReason,
            RoutedBy = RoutedBy,
            Worker = Worker,
            Result = Result,
            IsResultGone = IsResultGone || IsErased,
            LastError = LastError(),
            CancelRequestedAt = CancelRequestedAt,
            ReplayOf = ReplayOf is { } original ? new JobId(original) : null,
            TraceParent = TraceParent,
            IsErased = IsErased,
            Revision = Revision,
        };
    }

    private EndedAttempt? LastError() => ErrorAttempt is not { } attempt ? null : new EndedAttempt
    {
        Attempt = attempt,
        Outcome = (AttemptOutcome)ErrorFailure!.Value,
        Worker = ErrorWorker,
        StartedAt = ErrorStartedAt!.Value,
        FinishedAt = ErrorAt!.Value,
        Error = new AttemptError(ErrorType!, ErrorMessage!, ErrorStack),
    };
}
