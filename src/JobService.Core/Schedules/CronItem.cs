namespace JobService.Core.Schedules;

/// <summary>One of the things that the comma of a cron field separates; there are no others.</summary>
internal abstract record CronItem
{
    private CronItem()
    {
    }

    /// <summary><c>*</c> and <c>*/5</c>.</summary>
    public sealed record Every(int Step) : CronItem;

    /// <summary><c>9</c>; also <c>H</c>, once it is known what it stands for.</summary>
    public sealed record Value(int At) : CronItem;

    /// <summary><c>9-17</c> and <c>9-17/2</c>; <c>22-2</c> goes on at the smallest value.</summary>
    public sealed record Range(int From, int To, int Step) : CronItem;

    /// <summary><c>L</c>, and <c>L-2</c>: the last day of the month, or so many before it.</summary>
    public sealed record LastDay(int Before) : CronItem;

    /// <summary><c>LW</c>: the last day of the month from Monday to Friday.</summary>
    public sealed record LastWeekday : CronItem;

    /// <summary><c>15W</c>: the day from Monday to Friday that is nearest to that day, within its month.</summary>
    public sealed record NearestWeekday(int Day) : CronItem;

    /// <summary><c>5L</c>: the last such day of the month.</summary>
    public sealed record LastDayOfWeek(int Day) : CronItem;

    /// <summary><c>MON#2</c>: such a day for the second time in the month.</summary>
    public sealed record NthDayOfWeek(int Day, int Nth) : CronItem;
}
