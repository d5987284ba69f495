using JobService.Core.Schedules;
using JobService.Core.Schedules.Words;
using JobService.Core.Timeouts;

namespace JobService.Api.Schedules;

/// <summary>A schedule and where it stands.</summary>
internal sealed record ScheduleResponse
{
    private const int ShownRuns = 5;
    private const string DisabledBecause = "It is disabled in the configuration.";

    /// <example>report.daily</example>
    public required string Name { get; init; }

    /// <summary>When it is due, in words.</summary>
    /// <example>every 15 minutes from 9:00 to 17:45 on weekdays, Europe/Vienna</example>
    public required string Description { get; init; }

    /// <summary>What of the rule may not be meant, in the language of the description.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary><c>active</c>, <c>paused</c> or <c>ended</c>.</summary>
    /// <example>active</example>
    public required string State { get; init; }

    /// <summary>Whether it fires when it is due.</summary>
    /// <example>true</example>
    public required bool Enabled { get; init; }

    /// <summary>Why it is paused, if it is and anyone said.</summary>
    /// <example>null</example>
    public required string? PausedReason { get; init; }

    /// <summary>Whether it is declared in the configuration, which alone may change it.</summary>
    /// <example>false</example>
    public required bool Declared { get; init; }

    /// <example>*/15 9-17 * * MON-FRI</example>
    public required string? Cron { get; init; }

    /// <example>Europe/Vienna</example>
    public required string? TimeZone { get; init; }

    /// <example>null</example>
    public required string? Every { get; init; }

    public required DateTimeOffset? At { get; init; }

    public required TemplateResponse Job { get; init; }

    /// <example>fireOnce</example>
    public required string Misfire { get; init; }

    /// <example>10</example>
    public required int MaxCatchUp { get; init; }

    /// <example>skip</example>
    public required string Overlap { get; init; }

    public required DateTimeOffset? StartAt { get; init; }

    public required DateTimeOffset? EndAt { get; init; }

    public required long? MaxRuns { get; init; }

    /// <example>0s</example>
    public required string Jitter { get; init; }

    public required int? PauseAfterFailures { get; init; }

    /// <summary>The next five times at which it is due, whether it is paused or not.</summary>
    public required IReadOnlyList<OccurrenceResponse> NextRuns { get; init; }

    public required RunResponse? LastRun { get; init; }

    /// <summary>How many jobs it has made when it was due, also before it was deleted and made anew.</summary>
    /// <example>42</example>
    public required long Runs { get; init; }

    /// <summary>How many occurrences got no job since the last one that did, those of a pause apart.</summary>
    /// <example>0</example>
    public required int Missed { get; init; }

    /// <summary>Grows with each change.</summary>
    /// <example>1</example>
    public required int Revision { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static ScheduleResponse From(Schedule schedule, ScheduleRun? lastRun, string language)
    {
        var (definition, rule) = (schedule.Definition, schedule.Definition.Rule);
        var cadence = rule.TryCadence(schedule.Name, schedule.AnchorAt, out var fault);
        var state = schedule is { State: ScheduleState.Active, IsPaused: true } ? ScheduleState.Paused : schedule.State;
        return new ScheduleResponse
        {
            Name = schedule.Name.Name,
            Description = cadence is null ? fault : CadenceLanguage.Describe(cadence, language),
            Warnings = cadence is null ? [fault] : CadenceLanguage.Warnings(cadence, language),
            State = ScheduleWords<ScheduleState>.Of(state),
            Enabled = state == ScheduleState.Active,
            PausedReason = schedule.State == ScheduleState.Paused ? schedule.PausedBecause : state == ScheduleState.Paused ? DisabledBecause : null,
            Declared = schedule.IsDeclared,
            Cron = rule.Cron,
            TimeZone = rule.TimeZone,
            Every = rule.Every is { } every ? DurationText.Format(every) : null,
            At = rule.At,
            Job = TemplateResponse.From(definition.Job),
            Misfire = ScheduleWords<MisfirePolicy>.Of(definition.Misfire),
            MaxCatchUp = definition.MaxCatchUp,
            Overlap = ScheduleWords<OverlapPolicy>.Of(definition.Overlap),
            StartAt = definition.StartAt,
            EndAt = definition.EndAt,
            MaxRuns = definition.MaxRuns,
            Jitter = DurationText.Format(definition.Jitter),
            PauseAfterFailures = definition.PauseAfterFailures,
            NextRuns = [.. schedule.Upcoming().Take(ShownRuns).Select(occurrence => OccurrenceResponse.From(occurrence, language))],
            LastRun = lastRun is null ? null : RunResponse.From(lastRun),
            Runs = schedule.Runs,
            Missed = schedule.Missed,
            Revision = schedule.Revision,
            CreatedAt = schedule.CreatedAt,
            UpdatedAt = schedule.UpdatedAt,
        };
    }
}
