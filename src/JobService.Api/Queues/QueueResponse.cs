using JobService.Api.Limits;
using JobService.Core.Queues;
using JobService.Core.Timeouts;

namespace JobService.Api.Queues;

/// <summary>A queue and how it is served.</summary>
internal sealed record QueueResponse
{
    /// <example>low</example>
    public required string Name { get; init; }

    /// <summary>Whether nothing of it is claimed.</summary>
    /// <example>true</example>
    public required bool Paused { get; init; }

    public required DateTimeOffset? PausedAt { get; init; }

    /// <summary>Why it is paused, if it is and anyone said.</summary>
    /// <example>the mail server is down</example>
    public required string? PausedReason { get; init; }

    /// <summary>Who paused it: the name of the key that was used.</summary>
    /// <example>alice</example>
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

    public static QueueResponse From(Queue queue) => new()
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
    };
}
