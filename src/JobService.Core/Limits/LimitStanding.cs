using JobService.Core.Jobs;

namespace JobService.Core.Limits;

/// <summary>Where a limited key of a job stands.</summary>
public sealed record LimitStanding
{
    public required LimitKey Key { get; init; }

    /// <summary>The limit that holds for it.</summary>
    public required LimitPattern Pattern { get; init; }

    public required int? MaxRunning { get; init; }

    public required bool IsPaused { get; init; }

    /// <summary>How many jobs run under it; 0 where they are not counted.</summary>
    public required int Running { get; init; }

    /// <summary>Some of those, the longest running first.</summary>
    public required IReadOnlyList<JobId> Holders { get; init; }

    /// <summary>When its rate lets the next one start; null where it may at once, as far as that goes.</summary>
    public required DateTimeOffset? OpensAt { get; init; }

    /// <summary>Whether it lets none through until someone changes it.</summary>
    public bool IsShut => IsPaused || MaxRunning is 0;

    /// <summary>Whether it lets a job through now.</summary>
    public bool IsOpen => !IsPaused && OpensAt is null && (MaxRunning is null || Running < MaxRunning);
}
