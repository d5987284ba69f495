namespace JobService.Core.Schedules;

/// <summary>A field of a cron expression: what it is called, the values it takes and the names they go by.</summary>
/// <param name="Name">As messages call it.</param>
/// <param name="Min">Its smallest value.</param>
/// <param name="Max">Its largest value; for the day of the week 7, which is Sunday as 0 is.</param>
/// <param name="Names">What the values are also called, from the smallest up.</param>
internal sealed record CronField(string Name, int Min, int Max, IReadOnlyList<string> Names)
{
    public static readonly CronField Second = new("second", 0, 59, []);
    public static readonly CronField Minute = new("minute", 0, 59, []);
    public static readonly CronField Hour = new("hour", 0, 23, []);
    public static readonly CronField DayOfMonth = new("day of month", 1, 31, []);
    public static readonly CronField Month = new("month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]);
    public static readonly CronField DayOfWeek = new("day of week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]);

    /// <summary>How many values there are before they begin again.</summary>
    public int Cycle => this == DayOfWeek ? 7 : Max - Min + 1;

    /// <summary>The largest value that <c>H</c> becomes: each month has a 28th.</summary>
    public int MaxSpread => this == DayOfMonth ? 28 : Min + Cycle - 1;

    /// <summary>Brings a value beyond the last one back to the beginning: Sunday as 7, or the end of a range that wraps.</summary>
    public int Wrap(int value) => Min + ((value - Min) % Cycle);
}
