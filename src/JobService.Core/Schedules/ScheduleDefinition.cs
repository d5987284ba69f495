using JobService.Core.Errors;

namespace JobService.Core.Schedules;

/// <summary>What a schedule is to do, valid in itself. What its members are without being given is the default, wherever a schedule is written.</summary>
public sealed record ScheduleDefinition
{
    /// <summary>Under <see cref="MisfirePolicy.FireAll"/>.</summary>
    public const int MostCatchUp = DueRound.MaxCatchUp;

    private const int MostFailures = 1_000;
    private const long MostRuns = 1_000_000_000_000;
    private static readonly TimeSpan LongestJitter = TimeSpan.FromDays(1);

    public required ScheduleRule Rule { get; init; }

    public required JobTemplate Job { get; init; }

    public MisfirePolicy Misfire { get; init; }

    /// <summary>How many missed occurrences get a job each under <see cref="MisfirePolicy.FireAll"/>: 1 to <see cref="MostCatchUp"/>.</summary>
    public int MaxCatchUp { get; init; } = 10;

    public OverlapPolicy Overlap { get; init; }

    /// <summary>The first instant at which it may be due, and from which intervals count. Kept to the microsecond, as the database keeps it.</summary>
    public DateTimeOffset? StartAt { get; init => field = Stored(value); }

    /// <summary>The last instant at which it may be due; not before <see cref="StartAt"/>.</summary>
    public DateTimeOffset? EndAt { get; init => field = Stored(value); }

    /// <summary>How many jobs it makes when it is due: 1 to 1,000,000,000,000; null for any number.</summary>
    public long? MaxRuns { get; init; }

    /// <summary>Each job starts up to so much after its time, spread by name and time: whole milliseconds, up to a day; zero for none.</summary>
    public TimeSpan Jitter { get; init => field = new TimeSpan(value.Ticks - value.Ticks % TimeSpan.TicksPerMillisecond); }

    /// <summary>It pauses when so many jobs in a row have failed: 1 to 1,000; null for never.</summary>
    public int? PauseAfterFailures { get; init; }

    /// <summary>What is wrong with it beside its rule and its job, which say so themselves; nothing where each member is within its range.</summary>
    public IEnumerable<Fault> Check() => new[]
    {
        EndAt < StartAt ? new Fault("/endAt", "Expected a time that is not before startAt.") : null,
        Fault.OutOfRange<int>("/maxCatchUp", MaxCatchUp, 1, MostCatchUp),
        Fault.OutOfRange("/maxRuns", MaxRuns, 1, MostRuns),
        Fault.OutOfRange("/jitter", Jitter, TimeSpan.Zero, LongestJitter, "from 0 to a day"),
        Fault.OutOfRange("/pauseAfterFailures", PauseAfterFailures, 1, MostFailures),
    }.OfType<Fault>();

    private static DateTimeOffset? Stored(DateTimeOffset? time) => time is { } given ? given.AddTicks(-(given.Ticks % TimeSpan.TicksPerMicrosecond)).ToUniversalTime() : null;
}
