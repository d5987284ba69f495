using JobService.Core.Jobs;

namespace JobService.Core.Schedules;

/// <summary>What became of an occurrence, or of a call for a job here and now.</summary>
public sealed record ScheduleRun
{
    public required DateTimeOffset DueAt { get; init; }

    public required RunKind Kind { get; init; }

    public required RunOutcome Outcome { get; init; }

    /// <summary>When its job was made; null when it has none.</summary>
    public required DateTimeOffset? FiredAt { get; init; }

    public required JobId? Job { get; init; }

    /// <summary>Of the job, if it is still kept.</summary>
    public required JobState? JobState { get; init; }

    public required bool IsLate { get; init; }

    public required bool IsBackfilled { get; init; }
}
