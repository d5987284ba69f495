namespace JobService.Core.Queues;

/// <summary>What happened in a queue in one minute.</summary>
internal sealed record QueueMinute
{
    public required DateTimeOffset At { get; init; }

    public required QueueCounts Counts { get; init; }

    /// <summary>By how many jobs each state became more.</summary>
    public required QueueDepth Change { get; init; }

    /// <summary>How long jobs had waited that were claimed, as a <see cref="DurationHistogram"/> takes it.</summary>
    public required IReadOnlyList<int> Waits { get; init; }

    /// <summary>How long attempts ran that ended.</summary>
    public required IReadOnlyList<int> Runs { get; init; }
}
