using JobService.Core.Queues;
using JobService.Core.Timeouts;

namespace JobService.Api.Queues;

/// <summary>A queue and what it is doing.</summary>
internal sealed record QueueStatisticsResponse
{
    /// <example>mail</example>
    public required string Name { get; init; }

    /// <summary>Whether nothing of it is claimed.</summary>
    /// <example>false</example>
    public required bool Paused { get; init; }

    public required DateTimeOffset? PausedAt { get; init; }

    /// <summary>Why it is paused, if it is and anyone said.</summary>
    /// <example>null</example>
    public required string? PausedReason { get; init; }

    /// <summary>Who paused it.</summary>
    /// <example>null</example>
    public required string? PausedBy { get; init; }

    public required QueueDepthResponse Depth { get; init; }

    /// <summary>How long the queued job has waited that has waited longest. Null when none is queued, or it can't be told quickly.</summary>
    /// <example>1m12s</example>
    public required string? OldestWait { get; init; }

    /// <summary>How many jobs came in a second, over the last one to two minutes: made, restarted by hand, or moved here.</summary>
    /// <example>120.5</example>
    public required double InPerSecond { get; init; }

    /// <summary>How many became final a second, over the same time.</summary>
    /// <example>180.2</example>
    public required double OutPerSecond { get; init; }

    /// <summary>How many live workers claim from it.</summary>
    /// <example>2</example>
    public required int Workers { get; init; }

    /// <summary>How long until none is queued, by how fast the queued ones have become fewer over that time. Null when they have not.</summary>
    /// <example>1m10s</example>
    public required string? EstimatedDrain { get; init; }

    public static QueueStatisticsResponse From(QueueStatistics queue) => new()
    {
        Name = queue.Name.Name,
        Paused = queue.Pause is not null,
        PausedAt = queue.Pause?.At,
        PausedReason = queue.Pause?.Reason,
        PausedBy = queue.Pause?.Actor,
        Depth = QueueDepthResponse.From(queue.Depth),
        OldestWait = queue.OldestWait is { } wait ? DurationText.Format(TimeSpan.FromMilliseconds(Math.Floor(wait.TotalMilliseconds))) : null,
        InPerSecond = Math.Round(queue.InPerSecond, 2),
        OutPerSecond = Math.Round(queue.OutPerSecond, 2),
        Workers = queue.Workers,
        EstimatedDrain = queue.EstimatedDrain is { } drain ? DurationText.Format(drain) : null,
    };
}
