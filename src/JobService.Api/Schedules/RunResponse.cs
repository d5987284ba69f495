using JobService.Api.Jobs;
using JobService.Core.Schedules;

namespace JobService.Api.Schedules;

/// <summary>What became of an occurrence.</summary>
internal sealed record RunResponse
{
    /// <summary>When it was due; of a trigger, when it was asked for.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary><c>occurrence</c> or <c>trigger</c>.</summary>
    /// <example>occurrence</example>
    public required string Kind { get; init; }

    /// <summary>
    /// <c>fired</c>; or why it was not: <c>missed</c> (nobody was there), <c>overlapped</c> (an earlier job was not final), <c>waiting</c> (it comes after that), <c>paused</c>.
    /// </summary>
    /// <example>fired</example>
    public required string Outcome { get; init; }

    /// <summary>When its job was made; null without one.</summary>
    public required DateTimeOffset? FiredAt { get; init; }

    /// <example>false</example>
    public required bool Late { get; init; }

    /// <example>false</example>
    public required bool Backfilled { get; init; }

    /// <summary>Its job.</summary>
    public required string? JobId { get; init; }

    /// <summary>Where the job stands; null where it is kept no more.</summary>
    /// <example>succeeded</example>
    public required string? JobState { get; init; }

    public static RunResponse From(ScheduleRun run) => new()
    {
        DueAt = run.DueAt,
        Kind = ScheduleWords<RunKind>.Of(run.Kind),
        Outcome = ScheduleWords<RunOutcome>.Of(run.Outcome),
        FiredAt = run.FiredAt,
        Late = run.IsLate,
        Backfilled = run.IsBackfilled,
        JobId = run.Job?.ToString(),
        JobState = run.JobState?.Word(),
    };
}
