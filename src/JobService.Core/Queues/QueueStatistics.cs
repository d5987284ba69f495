namespace JobService.Core.Queues;

/// <summary>What a queue is doing.</summary>
public sealed record QueueStatistics
{
    /// <summary>A longer one is not told: by then it is anything but what goes on now.</summary>
    private static readonly TimeSpan LongestDrain = TimeSpan.FromDays(365);

    public required Queue Queue { get; init; }

    public required QueueDepth Depth { get; init; }

    /// <summary>How long the queued job has waited that has waited longest; null where none is queued, or it was not found in time.</summary>
    public required TimeSpan? OldestWait { get; init; }

    /// <summary>How many jobs came in a second, of late: made, restarted by hand, or moved here.</summary>
    public required double InPerSecond { get; init; }

    /// <summary>How many became final a second, of late, whichever way.</summary>
    public required double OutPerSecond { get; init; }

    /// <summary>By how many the queued ones became fewer a second, of late; below zero, more.</summary>
    public required double DrainPerSecond { get; init; }

    /// <summary>How many live workers claim from it.</summary>
    public required int Workers { get; init; }

    /// <summary>
    /// How long until nothing is queued, if all goes on as it does; null where it never will be. It goes by how the queued jobs become fewer, not by what comes in and what
    /// ends: that one comes in for tomorrow, and another is retried, makes no queue longer now.
    /// </summary>
    public TimeSpan? EstimatedDrain => Depth.Queued == 0 ? TimeSpan.Zero
        : Depth.Queued < DrainPerSecond * LongestDrain.TotalSeconds ? TimeSpan.FromSeconds(Math.Ceiling(Depth.Queued / DrainPerSecond))
        : null;
}
