using System.Text;
using JobService.Conformance.Stores;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Queues;

namespace JobService.Conformance.Model;

/// <summary>One job of the model: everything about it in one place.</summary>
internal sealed class ModelJob(NewJob made)
{
    public NewJob Made { get; } = made;

    public JobState State { get; set; }

    public QueueName Queue { get; set; } = made.Queue;

    public string? RoutedBy { get; set; } = made.RoutedBy;

    public JobPriority Priority { get; set; } = made.Priority;

    public string Payload { get; set; } = Encoding.UTF8.GetString(made.Payload.Span);

    public IReadOnlyDictionary<string, string> Tags { get; set; } = made.Tags;

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset RunAt { get; set; }

    /// <summary>When a scheduled or retrying job is due.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Its place among the queued of its queue and priority; those made queued by one sweep share one.</summary>
    public long Place { get; set; }

    public int Attempt { get; set; }

    public int Crashes { get; set; }

    public int Forgiven { get; set; }

    public LeaseToken Token { get; set; }

    public WorkerId Worker { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; } = made.ExpiresAt;

    public DateTimeOffset? Deadline { get; set; } = made.Deadline;

    public bool IsCancelRequested { get; set; }

    public string? CancelReason { get; set; }

    public string? Reason { get; set; }

    public string? Result { get; set; }

    public string? LastError { get; set; }

    public bool IsErased { get; set; }

    /// <summary>Restarting it was the last thing anyone did to it.</summary>
    public bool WasJustRestarted { get; set; }

    public int Revision { get; set; }

    public bool IsWaiting => State is JobState.Blocked or JobState.Scheduled or JobState.Queued or JobState.Retrying;

    /// <summary>It was twice where a worker was lost, and runs only while no other such job does.</summary>
    public bool IsSuspect => Crashes >= 2;

    public int Rank => JobPriority.Highest - Priority.Value;

    public string? TooLate(DateTimeOffset now) => Deadline <= now ? "deadline" : ExpiresAt <= now ? "expired" : null;

    /// <summary>A copy that later changes leave alone.</summary>
    public ModelJob Copy() => (ModelJob)MemberwiseClone();

    public JobSight See() => new()
    {
        State = State,
        Queue = Queue.Name,
        RoutedBy = RoutedBy,
        Priority = Priority.Value,
        LimitKeys = JobSight.Write(Made.LimitKeys),
        Payload = IsErased ? null : Payload,
        Tags = JobSight.Write(Tags),
        Attempt = Attempt,
        MaxAttempts = Made.Policies.Retry.MaxAttempts + Forgiven + Crashes,
        Crashes = Crashes,
        Reason = State.IsFinal() ? Reason : CancelReason,
        Result = Result,
        LastError = LastError,
        IsCancelRequested = IsCancelRequested,
        IsErased = IsErased,
        Revision = Revision,
    };
}
