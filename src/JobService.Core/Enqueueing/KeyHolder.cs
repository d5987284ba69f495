using JobService.Core.Jobs;
using JobService.Core.Keys;

namespace JobService.Core.Enqueueing;

/// <summary>
/// The job that a unique key leads to, and where that job stands. Whether it still holds the key is decided here, when somebody asks: nothing else that happens to
/// a job has to know of keys.
/// </summary>
internal sealed record KeyHolder
{
    /// <summary>A key that nobody ever had, as far as is known.</summary>
    public static readonly KeyHolder Nobody = new();

    public JobId? Job { get; init; }

    public UniqueScope? Scope { get; init; }

    /// <summary>Of a key that is held for a time, or for good: whether that is not over.</summary>
    public bool IsWithinTime { get; init; }

    /// <summary>The enqueue that changed something under this key last.</summary>
    public JobId? ChangedBy { get; init; }

    /// <summary>Null where the job is no longer there.</summary>
    public JobType? Type { get; init; }

    public JobState State { get; init; }

    /// <summary>Whether a run of its present generation has begun and counts.</summary>
    public bool HasStarted { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is, or was, due.</summary>
    public DateTimeOffset RunAt { get; init; }

    public bool IsWaiting => State is JobState.Blocked or JobState.Scheduled or JobState.Queued or JobState.Retrying;

    public bool IsHeld => Scope switch
    {
        UniqueScope.UntilStarted => Type is not null && IsWaiting && !HasStarted,
        UniqueScope.UntilFinished => Type is not null && !State.IsFinal(),
        UniqueScope.Window or UniqueScope.Forever => IsWithinTime,
        _ => false,
    };

    /// <summary>A job that takes the key now.</summary>
    public static KeyHolder Of(NewJob job) => new()
    {
        Job = job.Id,
        Scope = job.Policies.Unique!.Scope,
        IsWithinTime = true,
        ChangedBy = job.Id,
        Type = job.Type,
        State = JobState.Queued,
    };

    /// <summary>The job as the database has it.</summary>
    public KeyHolder With(EnqueuedJob enqueued) => this with { State = enqueued.State, CreatedAt = enqueued.CreatedAt, RunAt = enqueued.RunAt };

    /// <summary>The answer to another job that is not enqueued because of it.</summary>
    public EnqueuedJob ToAnswer() => new(Job!.Value, State, CreatedAt, RunAt) { IsDeduplicated = true };
}
