using System.Text;
using JobService.Core.Queues;

namespace JobService.Core.Jobs;

/// <summary>A job as anyone may read it, whatever its state.</summary>
public sealed record Job
{
    public required JobId Id { get; init; }

    public required JobType Type { get; init; }

    public required JobState State { get; init; }

    public required QueueName Queue { get; init; }

    public required JobPriority Priority { get; init; }

    /// <summary>UTF-8 JSON as it was given; null when it was erased.</summary>
    public required string? Payload { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <inheritdoc cref="NewJob.LimitKeys"/>
    public required IReadOnlyList<LimitKey> LimitKeys { get; init; }

    /// <summary>UTF-8 JSON of the caller's own object; null when none was given.</summary>
    public required string? Metadata { get; init; }

    public required JobPolicies Policies { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc cref="NewJob.CreatedBy"/>
    public required string? CreatedBy { get; init; }

    /// <inheritdoc cref="NewJob.Schedule"/>
    public required JobSchedule? Schedule { get; init; }

    /// <summary>When it was or will be due, in this generation.</summary>
    public required DateTimeOffset RunAt { get; init; }

    /// <summary>When the running or the last attempt began.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required DateTimeOffset? Deadline { get; init; }

    /// <summary>How many runs have begun, over all generations.</summary>
    public required int Attempt { get; init; }

    /// <summary>The number of the last run the policy allows, crashes and earlier generations included.</summary>
    public required int MaxAttempts { get; init; }

    public required int Crashes { get; init; }

    public required DateTimeOffset? NextRetryAt { get; init; }

    /// <summary>Why it failed or was cancelled: one of <see cref="Retries.FailureReason"/>, or what the canceller wrote.</summary>
    public required string? Reason { get; init; }

    /// <inheritdoc cref="NewJob.RoutedBy"/>
    public required string? RoutedBy { get; init; }

    /// <summary>The name of the worker that runs it, or ran it last.</summary>
    public required string? Worker { get; init; }

    /// <summary>JSON; null when there is none, or no longer.</summary>
    public required string? Result { get; init; }

    /// <summary>Whether there was or may have been a result that is no longer kept.</summary>
    public required bool IsResultGone { get; init; }

    /// <summary>The error of the last attempt that failed.</summary>
    public required EndedAttempt? LastError { get; init; }

    /// <summary>When someone asked to cancel it while it ran, in this generation, however it ended then.</summary>
    public required DateTimeOffset? CancelRequestedAt { get; init; }

    public required JobId? ReplayOf { get; init; }

    public required string? TraceParent { get; init; }

    /// <summary>Whether payload and result were erased.</summary>
    public required bool IsErased { get; init; }

    /// <summary>Grows with each edit, restart and erasure.</summary>
    public required int Revision { get; init; }

    /// <summary>A job as it stands just after it was enqueued.</summary>
    public static Job Of(NewJob job, EnqueuedJob enqueued) => new()
    {
        Id = job.Id,
        Type = job.Type,
        State = enqueued.State,
        Queue = job.Queue,
        Priority = job.Priority,
        Payload = Encoding.UTF8.GetString(job.Payload.Span),
        Tags = job.Tags,
        LimitKeys = job.LimitKeys,
        Metadata = job.Metadata is { } metadata ? Encoding.UTF8.GetString(metadata.Span) : null,
        Policies = job.Policies,
        CreatedAt = enqueued.CreatedAt,
        CreatedBy = job.CreatedBy,
        Schedule = job.Schedule,
        RunAt = enqueued.RunAt,
        StartedAt = null,
        FinishedAt = null,
        ExpiresAt = job.ExpiresAt,
        Deadline = job.Deadline,
        Attempt = 0,
        MaxAttempts = job.Policies.Retry.MaxAttempts,
        Crashes = 0,
        NextRetryAt = null,
        Reason = null,
        RoutedBy = job.RoutedBy,
        Worker = null,
        Result = null,
        IsResultGone = false,
        LastError = null,
        CancelRequestedAt = null,
        ReplayOf = job.ReplayOf,
        TraceParent = job.TraceParent,
        IsErased = false,
        Revision = 0,
    };
}
