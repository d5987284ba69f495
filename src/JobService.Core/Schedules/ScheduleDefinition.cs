namespace JobService.Core.Schedules;

/// <summary>What a schedule is to do, valid in itself.</summary>
public sealed record ScheduleDefinition
{
    public const int DefaultCatchUp = 10;

    /// <summary>Under <see cref="MisfirePolicy.FireAll"/>.</summary>
    public const int MostCatchUp = DueRound.MaxCatchUp;

    public required ScheduleRule Rule { get; init; }

    public required JobTemplate Job { get; init; }

    public MisfirePolicy Misfire { get; init; }

    /// <summary>How many missed occurrences get a job each under <see cref="MisfirePolicy.FireAll"/>: 1 to <see cref="MostCatchUp"/>.</summary>
    public int MaxCatchUp { get; init; } = DefaultCatchUp;

    public OverlapPolicy Overlap { get; init; }

    /// <summary>The first instant at which it may be due, and from which intervals count.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>The last instant at which it may be due; not before <see cref="StartAt"/>.</summary>
    public DateTimeOffset? EndAt { get; init; }

    /// <summary>How many jobs it makes when it is due, from 1 up; null for any number.</summary>
    public long? MaxRuns { get; init; }

    /// <summary>Each job starts up to so much after its time, spread by name and time; zero for none.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>It pauses when so many jobs in a row have failed, from 1 up; null for never.</summary>
    public int? PauseAfterFailures { get; init; }
}
