using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

/// <summary>The occurrence of a schedule that a job is for.</summary>
internal sealed record JobScheduleResponse
{
    /// <summary>The schedule.</summary>
    /// <example>report.daily</example>
    public required string Name { get; init; }

    /// <summary>When it was due; of a job that someone triggered, when they did.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Whether nobody was there when it was due, so that it makes up for a misfire.</summary>
    /// <example>false</example>
    public required bool Late { get; init; }

    /// <summary>How many occurrences got no job since the last one that did, those of a pause apart.</summary>
    /// <example>0</example>
    public required int Missed { get; init; }

    /// <summary>Whether someone asked for it afterwards.</summary>
    /// <example>false</example>
    public required bool Backfilled { get; init; }

    /// <summary>Whether someone asked for it there and then.</summary>
    /// <example>false</example>
    public required bool Triggered { get; init; }

    public static JobScheduleResponse? From(JobSchedule? schedule) => schedule is null ? null : new JobScheduleResponse
    {
        Name = schedule.Name,
        DueAt = schedule.DueAt,
        Late = schedule.IsLate,
        Missed = schedule.Missed,
        Backfilled = schedule.IsBackfilled,
        Triggered = schedule.IsTriggered,
    };
}
