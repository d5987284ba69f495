using System.Numerics;

namespace JobService.Core.Schedules;

/// <summary>
/// The days that a cron expression allows. Where both the day of the month and the day of the week say something, a day must meet both:
/// <c>13</c> and <c>FRI</c> is each Friday the 13th. It is worked out a month at a time, so that what comes seldom is found soon.
/// </summary>
internal sealed class DayRule(CronValues months, CronValues daysOfMonth, CronValues daysOfWeek)
{
    private const int Week = 7;

    /// <summary>One year of each kind: there are 14, by the day of the week they begin with and by their length.</summary>
    private static readonly int[] KindsOfYears = [2001, 2002, 2003, 2009, 2010, 2005, 2006, 2024, 2008, 2020, 2004, 2016, 2028, 2012];

    /// <summary>Whether any day of any year meets it: the 30th of February never comes.</summary>
    public bool EverComes() => KindsOfYears.Any(year => Enumerable.Range(1, 12).Any(month => In(First(year, month)) != 0));

    public bool Allows(DateTime day) => (In(First(day.Year, day.Month)) >> day.Day & 1) == 1;

    /// <summary>The first day that it allows, after a day and before a time; null where there is none.</summary>
    public DateTime? Next(DateTime after, DateTime end)
    {
        var month = First(after.Year, after.Month);
        var days = In(month) & (ulong.MaxValue << after.Day << 1);
        while (days == 0)
        {
            month = month.AddMonths(1);
            if (month >= end)
                return null;
            days = In(month);
        }

        var day = month.AddDays(BitOperations.TrailingZeroCount(days) - 1);
        return day < end ? day : null;
    }

    /// <summary>The days of the month that begins then, each as the bit of its number.</summary>
    private ulong In(DateTime first)
    {
        if (!months.Allows(first.Month))
            return 0;
        var last = DateTime.DaysInMonth(first.Year, first.Month);
        return OfMonth(first, last) & OfWeek(first, last) & ((1UL << last << 1) - 2);
    }

    private ulong OfMonth(DateTime first, int last) => daysOfMonth.Items.Aggregate(daysOfMonth.Bits, (days, item) => days | item switch
    {
        CronItem.LastDay day when day.Before < last => 1UL << (last - day.Before),
        CronItem.LastWeekday => 1UL << NearestWeekday(first, last, last),
        CronItem.NearestWeekday nearest when nearest.Day <= last => 1UL << NearestWeekday(first, last, nearest.Day),
        _ => 0,
    });

    private ulong OfWeek(DateTime first, int last) => daysOfWeek.IsAny ? ulong.MaxValue : daysOfWeek.Items.Aggregate(Plain(first, last), (days, item) => days | item switch
    {
        CronItem.LastDayOfWeek day => 1UL << (last - Days(day.Day, WeekdayOf(first, last))),
        CronItem.NthDayOfWeek day => 1UL << (1 + Days(WeekdayOf(first, 1), day.Day) + (Week * (day.Nth - 1))),
        _ => 0,
    });

    private ulong Plain(DateTime first, int last)
    {
        var days = 0UL;
        for (var day = 1; day <= last; day++)
        {
            if (daysOfWeek.Allows(WeekdayOf(first, day)))
                days |= 1UL << day;
        }

        return days;
    }

    /// <summary>The day of the month from Monday to Friday that is nearest to the given one, and in the same month.</summary>
    private static int NearestWeekday(DateTime first, int last, int day) => (DayOfWeek)WeekdayOf(first, day) switch
    {
        DayOfWeek.Saturday => day > 1 ? day - 1 : day + 2,
        DayOfWeek.Sunday => day < last ? day + 1 : day - 2,
        _ => day,
    };

    private static DateTime First(int year, int month) => new(year, month, 1, 0, 0, 0, DateTimeKind.Unspecified);

    private static int WeekdayOf(DateTime first, int day) => ((int)first.DayOfWeek + day - 1) % Week;

    /// <summary>From a day of the week to the next such other one.</summary>
    private static int Days(int from, int to) => (to - from + Week) % Week;
}
