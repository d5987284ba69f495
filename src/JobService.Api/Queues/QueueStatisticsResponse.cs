using JobService.Api.Limits;
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

    /// <summary>Who paused it: the name of the key that was used.</summary>
    /// <example>null</example>
    public required string? PausedBy { get; init; }

    /// <summary>How many of its jobs run at once; null for any number.</summary>
    /// <example>20</example>
    public required int? MaxRunning { get; init; }

    /// <summary>How many of its jobs start in a time; null for any number.</summary>
    public required RateResponse? Rate { get; init; }

    /// <summary>Its share of the claims, beside those of other queues, where a worker does not say itself.</summary>
    /// <example>1</example>
    public required int Weight { get; init; }

    /// <summary>How many jobs may wait in it; null for as many as come.</summary>
    /// <example>100000</example>
    public required int? MaxDepth { get; init; }

    /// <summary>How long its final jobs are kept after they ended, where that is sooner than the service lets go of them.</summary>
    /// <example>2d</example>
    public required string? Retention { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its settings or its pause last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

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

    public static QueueStatisticsResponse From(QueueStatistics statistics)
    {
        var queue = statistics.Queue;
        return new()
        {
            Name = queue.Name.Name,
            Paused = queue.Pause is not null,
            PausedAt = queue.Pause?.At,
            PausedReason = queue.Pause?.Reason,
            PausedBy = queue.Pause?.Actor,
            MaxRunning = queue.Settings.MaxRunning,
            Rate = RateResponse.From(queue.Settings.Rate),
            Weight = queue.Settings.Weight,
            MaxDepth = queue.Settings.MaxDepth,
            Retention = queue.Settings.Retention is { } retention ? DurationText.Format(retention) : null,
            CreatedAt = queue.CreatedAt,
            UpdatedAt = queue.UpdatedAt,
            Depth = QueueDepthResponse.From(statistics.Depth),
            OldestWait = statistics.OldestWait is { } wait ? DurationText.Format(TimeSpan.FromMilliseconds(Math.Floor(wait.TotalMilliseconds))) : null,
            InPerSecond = Math.Round(statistics.InPerSecond, 2),
            OutPerSecond = Math.Round(statistics.OutPerSecond, 2),
            Workers = statistics.Workers,
            EstimatedDrain = statistics.EstimatedDrain is { } drain ? DurationText.Format(drain) : null,
        };
    }
}
