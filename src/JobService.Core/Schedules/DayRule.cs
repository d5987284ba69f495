namespace JobService.Core.Schedules;

/// <summary>
/// The days that a cron expression allows. Where both the day of the month and the day of the week say something, a day must meet both:
/// <c>13</c> and <c>FRI</c> is each Friday the 13th.
/// </summary>
internal sealed class DayRule(CronValues months, CronValues daysOfMonth, CronValues daysOfWeek)
{
    /// <summary>One year of each kind: there are 14, by the day of the week they begin with and by their length.</summary>
    private static readonly int[] KindsOfYears = [2001, 2002, 2003, 2009, 2010, 2005, 2006, 2024, 2008, 2020, 2004, 2016, 2028, 2012];

    /// <summary>Whether any day of any year meets it: the 30th of February never comes.</summary>
    public bool EverComes() => KindsOfYears.Any(year => Enumerable
        .Range(0, DateTime.IsLeapYear(year) ? 366 : 365)
        .Any(day => Allows(new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Unspecified).AddDays(day))));

    public bool Allows(DateTime day) => months.Allows(day.Month) && AllowsDayOfMonth(day) && AllowsDayOfWeek(day);

    private bool AllowsDayOfMonth(DateTime day) => daysOfMonth.Allows(day.Day) || (daysOfMonth.HasMovingDays && daysOfMonth.Items.Any(item => item switch
    {
        CronItem.LastDay last => day.Day == LastOf(day) - last.Before,
        CronItem.LastWeekday => day.Day == NearestWeekday(day, LastOf(day)),
        CronItem.NearestWeekday nearest => nearest.Day <= LastOf(day) && day.Day == NearestWeekday(day, nearest.Day),
        _ => false,
    }));

    private bool AllowsDayOfWeek(DateTime day) => daysOfWeek.Allows((int)day.DayOfWeek) || (daysOfWeek.HasMovingDays && daysOfWeek.Items.Any(item => item switch
    {
        CronItem.LastDayOfWeek last => (int)day.DayOfWeek == last.Day && day.Day > LastOf(day) - 7,
        CronItem.NthDayOfWeek nth => (int)day.DayOfWeek == nth.Day && (day.Day + 6) / 7 == nth.Nth,
        _ => false,
    }));

    private static int LastOf(DateTime day) => DateTime.DaysInMonth(day.Year, day.Month);

    /// <summary>The day of the month from Monday to Friday that is nearest to the given one, and in the same month.</summary>
    private static int NearestWeekday(DateTime month, int day) => new DateTime(month.Year, month.Month, day, 0, 0, 0, DateTimeKind.Unspecified).DayOfWeek switch
    {
        DayOfWeek.Saturday => day > 1 ? day - 1 : day + 2,
        DayOfWeek.Sunday => day < LastOf(month) ? day + 1 : day - 2,
        _ => day,
    };
}
