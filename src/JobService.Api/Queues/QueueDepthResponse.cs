using JobService.Core.Queues;

namespace JobService.Api.Queues;

/// <summary>How many jobs of a queue are in each state that is not final.</summary>
internal sealed record QueueDepthResponse
{
    /// <summary>Those behind others of their sequences.</summary>
    /// <example>7</example>
    public required long Blocked { get; init; }

    /// <example>12</example>
    public required long Scheduled { get; init; }

    /// <example>4200</example>
    public required long Queued { get; init; }

    /// <example>40</example>
    public required long Running { get; init; }

    /// <example>3</example>
    public required long Retrying { get; init; }

    public static QueueDepthResponse From(QueueDepth depth) => new()
    {
        Blocked = depth.Blocked,
        Scheduled = depth.Scheduled,
        Queued = depth.Queued,
        Running = depth.Running,
        Retrying = depth.Retrying,
    };
}
