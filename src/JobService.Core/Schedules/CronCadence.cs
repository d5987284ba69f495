using NCrontab;

namespace JobService.Core.Schedules;

/// <summary>
/// Due when the clocks of a time zone show what a cron expression says. An expression that names its hours comes once for each time of the day: at the change
/// where the clocks are set forward over it, and the first time where they show it twice. One that steps through the hours comes at each instant
/// whose local time it allows: it goes on evenly while the clocks are set, leaves out what they never show and repeats what they show twice.
/// </summary>
internal sealed record CronCadence : Cadence
{
    /// <summary>The calendar repeats itself after so many years: what is not due within them never is.</summary>
    private const int Horizon = 400;

    /// <summary>In local time.</summary>
    private static readonly DateTime End = new(9990, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    private readonly CronExpression expression;
    private readonly ZoneClock clock;
    private readonly Func<DateTime, DateTime, DateTime> times;

    /// <param name="text">As it was written.</param>
    /// <param name="expression">As it was understood.</param>
    /// <param name="clock">Whose clocks count.</param>
    /// <param name="times">As <see cref="Times"/> has them.</param>
    internal CronCadence(string text, CronExpression expression, ZoneClock clock, Func<DateTime, DateTime, DateTime> times) =>
        (Expression, this.expression, this.clock, this.times) = (text, expression, clock, times);

    /// <summary>As it was written.</summary>
    public string Expression { get; }

    /// <summary>The name of its time zone in the IANA database.</summary>
    public string TimeZone => clock.Name;

    internal CronExpression Parsed => expression;

    /// <param name="text">The expression.</param>
    /// <param name="zone">Whose clocks count.</param>
    /// <param name="spreadBy">What <c>H</c> is spread by: the name of the schedule.</param>
    /// <param name="fault">Why it can't be read; empty when it can.</param>
    /// <returns>Null where it can't be read or would never fire.</returns>
    public static CronCadence? TryParse(string text, TimeZoneInfo zone, string spreadBy, out string fault) =>
        CronParser.TryParse(text, spreadBy, out fault) is { } expression ? new CronCadence(text, expression, new ZoneClock(zone), Times(expression)) : null;

    public override Occurrence? Next(DateTimeOffset after) =>
        after.UtcDateTime >= End ? null : expression.NamesItsHours ? NextNamed(after.UtcDateTime) : NextStep(after.UtcDateTime);

    public bool Equals(CronCadence? other) =>
        other is not null && string.Equals(Expression, other.Expression, StringComparison.Ordinal) && string.Equals(TimeZone, other.TimeZone, StringComparison.Ordinal);

    public override int GetHashCode() => HashCode.Combine(StringComparer.Ordinal.GetHashCode(Expression), StringComparer.Ordinal.GetHashCode(TimeZone));

    /// <summary>
    /// The first local time strictly after one and before another that the expression allows, as far as its days are the same in each month; the other where there is none. NCrontab knows
    /// neither zones nor the days that differ, and reads some expressions in a way of its own: so it is given every value by its number.
    /// </summary>
    internal static Func<DateTime, DateTime, DateTime> Times(CronExpression expression) => CrontabSchedule.Parse(
        string.Join(' ', new[] { expression.Seconds, expression.Minutes, expression.Hours, expression.DaysOfMonth, expression.Months, expression.DaysOfWeek }.Select(Numbers)),
        new CrontabSchedule.ParseOptions { IncludingSeconds = true }).GetNextOccurrence;

    private Occurrence? NextNamed(DateTime after)
    {
        var shown = clock.LatestShown(after);
        if (NextLocal(shown, EndOf(shown)) is not { } time)
            return null;
        var at = clock.InstantOf(time);
        return Occurrence(at, ChangeOf(time, at));
    }

    private Occurrence? NextStep(DateTime after)
    {
        // Nothing is allowed between "free" and "time", so only a change of the clocks that leads out of there calls for another search.
        var (from, offset, isDropped) = (after, clock.OffsetAt(after), false);
        var free = Local(after + offset);
        var end = EndOf(free);
        var time = NextLocal(free, end) ?? end;
        while (true)
        {
            var at = Utc(time - offset);
            var isFar = at - from > 2 * ZoneClock.Reach;
            if (clock.NextChange(from, isFar ? from + ZoneClock.Reach : at.AddTicks(1)) is { } change)
            {
                var shown = Local(change.At + change.After);
                if (time < shown || shown <= free)
                {
                    isDropped |= time < shown;
                    free = JustBefore(shown);
                    time = NextLocal(free, end) ?? end;
                }

                (from, offset) = (change.At, change.After);
            }
            else if (isFar)
            {
                // The changes in between lead neither back to where it began nor over what is due.
                from = Utc(time - ZoneClock.Reach);
                offset = clock.OffsetAt(from);
            }
            else if (time < end)
                return Occurrence(at, isDropped ? ClockChange.SomeDropped : clock.LatestShown(at.AddTicks(-1)) >= time ? ClockChange.Again : ClockChange.None);
            else
                return null;
        }
    }

    /// <summary>What a change of the clocks has done to a time of the day that comes at an instant.</summary>
    private ClockChange ChangeOf(DateTime time, DateTime at)
    {
        var shown = clock.LocalAt(at);
        if (shown != time)
            return NextLocal(time, shown.AddTicks(1)) is null ? ClockChange.Moved : ClockChange.Merged;
        return IsShownAgain(at, time) ? ClockChange.First : ClockChange.None;
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
            var next = times(after, end);
            if (next >= end)
                return null;
            if (expression.Days.Allows(next))
                return next;
            if (expression.Days.Next(next, end) is not { } day)
                return null;
            after = day.AddSeconds(-1);
        }
    }

    private static DateTime EndOf(DateTime local) => local.Year >= End.Year - Horizon ? End : local.AddYears(Horizon);

    private static DateTime JustBefore(DateTime time) => Local(time).AddTicks(-1);

    private static DateTime Local(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Unspecified);

    private static DateTime Utc(DateTime instant) => DateTime.SpecifyKind(instant, DateTimeKind.Utc);

    private static string Numbers(CronValues values) => values.IsAny || values.HasMovingDays ? "*" : string.Join(',', values.Values);
}
