namespace JobService.Core.Queues;

/// <summary>What happened in a queue in one step of its history.</summary>
public sealed record QueueHistoryPoint
{
    /// <summary>When the step began.</summary>
    public required DateTimeOffset At { get; init; }

    public required QueueCounts Counts { get; init; }

    /// <summary>At the end of the step.</summary>
    public required QueueDepth Depth { get; init; }

    /// <summary>How long jobs had waited that were claimed; null where none was.</summary>
    public required DurationPercentiles? Wait { get; init; }

    /// <summary>How long attempts ran that ended; null where none did.</summary>
    public required DurationPercentiles? Run { get; init; }
}
