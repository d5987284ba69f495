using NCrontab;

namespace JobService.Core.Schedules;

/// <summary>
/// Due when the clocks of a time zone show what a cron expression says. An expression that names its hours comes once for each time of the day: at the change
/// where the clocks are set forward over it, and the first time where they show it twice. One that steps through the hours comes at each instant
/// whose local time it allows: it goes on evenly while the clocks are set, leaves out what they never show and repeats what they show twice.
/// </summary>
internal sealed record CronCadence : Cadence
{
    private static readonly DateTime End = new(9990, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly CronExpression expression;
    private readonly ZoneClock clock;
    private readonly CrontabSchedule times;

    private CronCadence(string text, CronExpression expression, ZoneClock clock)
    {
        (Expression, this.expression, this.clock) = (text, expression, clock);

        // NCrontab knows neither zones nor the days that differ from month to month, and reads some expressions in a way of its own. It is given
        // every value by its number, and days as far as they are the same in each month.
        times = CrontabSchedule.Parse(
            string.Join(' ', new[] { expression.Seconds, expression.Minutes, expression.Hours, expression.DaysOfMonth, expression.Months, expression.DaysOfWeek }.Select(Numbers)),
            new CrontabSchedule.ParseOptions { IncludingSeconds = true });
    }

    /// <summary>As it was written.</summary>
    public string Expression { get; }

    /// <summary>The name of its time zone in the IANA database.</summary>
    public string TimeZone => clock.Name;

    public override IReadOnlyList<string> Warnings => expression.RestrictsBothDays
        ? ["Day of month and day of week are both given: a day must meet both, where other crons take either."]
        : [];

    internal CronExpression Parsed => expression;

    /// <param name="text">The expression.</param>
    /// <param name="zone">Whose clocks count.</param>
    /// <param name="spreadBy">What <c>H</c> is spread by: the name of the schedule.</param>
    /// <param name="fault">Why it can't be read; empty when it can.</param>
    /// <returns>Null where it can't be read or would never fire.</returns>
    public static CronCadence? TryParse(string text, TimeZoneInfo zone, string spreadBy, out string fault) =>
        CronParser.TryParse(text, spreadBy, out fault) is { } expression ? new CronCadence(text, expression, ZoneClock.Of(zone)) : null;

    public override Occurrence? Next(DateTimeOffset after) =>
        after.UtcDateTime >= End ? null : expression.NamesItsHours ? NextNamed(after.UtcDateTime) : NextStep(after.UtcDateTime);

    public bool Equals(CronCadence? other) =>
        other is not null && string.Equals(Expression, other.Expression, StringComparison.Ordinal) && ReferenceEquals(clock, other.clock);

    public override int GetHashCode() => HashCode.Combine(StringComparer.Ordinal.GetHashCode(Expression), clock);

    private Occurrence? NextNamed(DateTime after)
    {
        // Local times come in the order of their instants, so the first one later than this is among those that the clocks do not show yet.
        for (var local = NextLocal(clock.LocalAt(after), End); local is { } time; local = NextLocal(time, End))
        {
            var at = clock.InstantOf(time);
            if (at <= after)
                continue;
            var shown = clock.LocalAt(at);
            var change = shown != time ? ClockChange.Moved : IsShownAgain(at, time) ? ClockChange.First : ClockChange.None;
            return Occurrence(at, change);
        }

        return null;
    }

    private Occurrence? NextStep(DateTime after)
    {
        var (from, offset, isDropped) = (after, clock.OffsetAt(after), false);
        var localAfter = Local(after + offset);
        while (true)
        {
            // While the offset stays the same, the local time is the instant's. A zone that never changes is not asked for the next thousand years.
            var local = NextLocal(localAfter, Local(End + offset));
            var change = clock.NextChange(from, local is { } candidate ? DateTime.SpecifyKind(candidate - offset, DateTimeKind.Utc).AddTicks(1) : End);
            if (local is { } time && change is null)
            {
                var at = DateTime.SpecifyKind(time - offset, DateTimeKind.Utc);
                return Occurrence(at, isDropped ? ClockChange.SomeDropped : clock.InstantOf(time) != at ? ClockChange.Again : ClockChange.None);
            }

            if (change is not { } next)
                return null;
            isDropped |= NextLocal(JustBefore(next.At + next.Before), Local(next.At + next.After)) is not null;
            (from, offset, localAfter) = (next.At, next.After, JustBefore(next.At + next.After));
        }
    }

    private bool IsShownAgain(DateTime at, DateTime local) =>
        clock.NextChange(at, at + TimeSpan.FromDays(1)) is { } change && change.After < change.Before && local >= Local(change.At + change.After) && local < Local(change.At + change.Before);

    private Occurrence Occurrence(DateTime at, ClockChange change)
    {
        var utc = new DateTimeOffset(at, TimeSpan.Zero);
        return new Occurrence(utc, utc.ToOffset(clock.OffsetAt(at)), change);
    }

    /// <summary>The first local time that the expression allows, strictly after one and before another.</summary>
    private DateTime? NextLocal(DateTime after, DateTime end)
    {
        while (true)
        {
            var next = times.GetNextOccurrence(after, end);
            if (next >= end)
                return null;
            if (expression.Days.Allows(next))
                return next;
            after = next.Date.AddDays(1).AddSeconds(-1);
        }
    }

    private static DateTime JustBefore(DateTime time) => Local(time).AddTicks(-1);

    private static DateTime Local(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Unspecified);

    private static string Numbers(CronValues values) => values.IsAny || values.HasMovingDays ? "*" : string.Join(',', values.Values);
}
