namespace JobService.Core.Queues;

/// <summary>A queue: how it is served, and whether it is paused. It comes to be when it is first used, set or paused.</summary>
public sealed record Queue
{
    public required QueueName Name { get; init; }

    public required QueueSettings Settings { get; init; }

    /// <summary>Null while its jobs are claimed.</summary>
    public required QueuePause? Pause { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its settings or its pause last changed; else when it came to be.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
