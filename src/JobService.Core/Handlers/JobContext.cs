using System.Text.Json;
using JobService.Core.Jobs;
using JobService.Core.Queues;

namespace JobService.Core.Handlers;

/// <summary>The job and the attempt a handler is running for.</summary>
public sealed record JobContext
{
    public required JobId Id { get; init; }

    public required JobType Type { get; init; }

    public required QueueName Queue { get; init; }

    /// <summary>The number of this attempt, from 1; grows over the whole life of the job, so (id, attempt) names one run.</summary>
    public required int Attempt { get; init; }

    /// <summary>The number of the last attempt the policy allows.</summary>
    public required int MaxAttempts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the job could first start; when its occurrence was due is in <see cref="Schedule"/>.</summary>
    public required DateTimeOffset RunAt { get; init; }

    /// <summary>When the handler's token fires, on the database's clock.</summary>
    public required DateTimeOffset SoftDeadline { get; init; }

    /// <summary>When the attempt is given up, on the database's clock.</summary>
    public required DateTimeOffset HardDeadline { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>The caller's own object; undefined where none was given.</summary>
    public required JsonElement Metadata { get; init; }

    /// <summary>The occurrence of a schedule that the job is for; null for one that a program enqueued.</summary>
    public required JobSchedule? Schedule { get; init; }

    /// <summary>W3C trace context of the call that enqueued the job.</summary>
    public required string? TraceParent { get; init; }

    public required string? TraceState { get; init; }
}
