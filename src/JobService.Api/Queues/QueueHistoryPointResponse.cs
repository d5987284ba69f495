using JobService.Core.Queues;

namespace JobService.Api.Queues;

/// <summary>What happened in a queue in one step of time.</summary>
internal sealed record QueueHistoryPointResponse
{
    /// <summary>When the step began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How many jobs came in: were made, restarted by hand, or moved here.</summary>
    /// <example>600</example>
    public required long Enqueued { get; init; }

    /// <summary>How many were claimed by a worker.</summary>
    /// <example>590</example>
    public required long Started { get; init; }

    /// <summary>How many became final: succeeded, failed and cancelled together.</summary>
    /// <example>585</example>
    public required long Finished { get; init; }

    /// <example>580</example>
    public required long Succeeded { get; init; }

    /// <summary>How many failed for good, or expired.</summary>
    /// <example>4</example>
    public required long Failed { get; init; }

    /// <example>1</example>
    public required long Cancelled { get; init; }

    /// <summary>How many attempts failed, or were lost with their worker, whose jobs run again.</summary>
    /// <example>7</example>
    public required long Retried { get; init; }

    public required QueueDepthResponse Depth { get; init; }

    public required DurationPercentilesResponse? Wait { get; init; }

    public required DurationPercentilesResponse? Run { get; init; }

    public static QueueHistoryPointResponse From(QueueHistoryPoint point) => new()
    {
        At = point.At,
        Enqueued = point.Counts.Enqueued,
        Started = point.Counts.Started,
        Finished = point.Counts.Finished,
        Succeeded = point.Counts.Succeeded,
        Failed = point.Counts.Failed,
        Cancelled = point.Counts.Cancelled,
        Retried = point.Counts.Retried,
        Depth = QueueDepthResponse.From(point.Depth),
        Wait = DurationPercentilesResponse.From(point.Wait),
        Run = DurationPercentilesResponse.From(point.Run),
    };
}
