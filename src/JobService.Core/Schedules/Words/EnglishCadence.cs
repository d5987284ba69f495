using System.Diagnostics;
using System.Globalization;

namespace JobService.Core.Schedules.Words;

/// <summary>A cadence in English: "every 15 minutes from 9:00 to 17:45 on weekdays, Europe/Vienna".</summary>
internal static class EnglishCadence
{
    private static readonly string[] Months = CultureInfo.InvariantCulture.DateTimeFormat.MonthNames;
    private static readonly string[] Days = CultureInfo.InvariantCulture.DateTimeFormat.DayNames;
    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth"];

    public static string Describe(Cadence cadence) => cadence switch
    {
        CronCadence cron => Describe(cron.Parsed) + $", {cron.TimeZone}",
        IntervalCadence interval => $"every {Duration(interval.Every)}",
        OnceCadence once => string.Create(CultureInfo.InvariantCulture, $"once, on {once.At:d MMMM yyyy} at {once.At:H:mm:ss zzz}"),
        _ => throw new UnreachableException(),
    };

    private static string Describe(CronExpression expression)
    {
        var times = Times(CronShape.Of(expression));
        var days = DayWords(expression);
        return times + (days.Length > 0 ? $" {days}" : expression.NamesItsTimes && expression.Months.IsAny ? " every day" : "") + MonthWords(expression.Months);
    }

    private static string Times(CronShape shape) => shape switch
    {
        CronShape.Times times => $"at {List(times.At.Select(Time))}",
        CronShape.Steps steps => $"every {Count(steps.Count, Unit(steps.Unit))}{Between(steps.Stretches)}",
        CronShape.Past { Stretches: [] } past => $"at {List(past.Minutes.Select(Number))} {(past.Minutes is [1] ? "minute" : "minutes")} past every hour",
        CronShape.Past past => $"at {List(past.Minutes.Select(Number))} {(past.Minutes is [1] ? "minute" : "minutes")} past each hour{Between(past.Stretches)}",
        CronShape.Mixed mixed => $"at {Field("second", mixed.Seconds)} of {Field("minute", mixed.Minutes)} of {Field("hour", mixed.Hours)}",
        _ => throw new UnreachableException(),
    };

    private static string Between(IReadOnlyList<(TimeOnly From, TimeOnly To)> stretches) =>
        stretches.Count == 0 ? "" : $" {List(stretches.Select(stretch => $"from {Time(stretch.From)} to {Time(stretch.To)}"))}";

    private static string DayWords(CronExpression expression) => (expression.DaysOfMonth.IsAny, expression.DaysOfWeek.IsAny) switch
    {
        (true, true) => "",
        (false, true) => $"on {DaysOfMonth(expression.DaysOfMonth)}{(expression.Months.IsAny ? " of the month" : "")}",
        (true, false) => $"on {DaysOfWeek(expression.DaysOfWeek)}",
        (false, false) => $"on {DaysOfMonth(expression.DaysOfMonth)}{(expression.Months.IsAny ? " of the month" : "")} when it is {DaysOfWeek(expression.DaysOfWeek, "or")}",
    };

    private static string DaysOfMonth(CronValues days) => List(
    [
        .. Runs.Of(days.Values).Select(run => run.From == run.To ? $"the {Ordinal(run.From)}" : $"the {Ordinal(run.From)} to the {Ordinal(run.To)}"),
        .. days.Items.Select(item => item switch
        {
            CronItem.LastDay { Before: 0 } => "the last day",
            CronItem.LastDay last => $"{Count(last.Before, "day")} before the last day",
            CronItem.LastWeekday => "the last weekday",
            CronItem.NearestWeekday nearest => $"the weekday nearest to the {Ordinal(nearest.Day)}",
            _ => null,
        }).OfType<string>(),
    ]);

    private static string DaysOfWeek(CronValues days, string and = "and") => (int[])[.. days.Values] switch
    {
        [1, 2, 3, 4, 5] when !days.HasMovingDays => and is "or" ? "a weekday" : "weekdays",
        [0, 6] when !days.HasMovingDays => and is "or" ? "at the weekend" : "weekends",
        var values => List(
        [
            // The week begins on Monday.
            .. values.OrderBy(value => (value + 6) % 7).Select(value => and is "or" ? $"a {Days[value]}" : Days[value]),
            .. days.Items.Select(item => item switch
            {
                CronItem.LastDayOfWeek last => $"the last {Days[last.Day]} of the month",
                CronItem.NthDayOfWeek nth => $"the {Ordinals[nth.Nth - 1]} {Days[nth.Day]} of the month",
                _ => null,
            }).OfType<string>(),
        ], and),
    };

    private static string MonthWords(CronValues months) => months switch
    {
        { IsAny: true } => "",
        { Items: [CronItem.Range { Step: 1 } range] } => $" from {Months[range.From - 1]} to {Months[range.To - 1]}",
        _ => $" in {List(months.Values.Select(month => Months[month - 1]))}",
    };

    private static string Field(string name, CronValues values) => values.IsAny
        ? $"every {name}"
        : Runs.Of(values.Values).ToArray() is [{ From: var only, To: var same }] && only == same
            ? $"{name} {Number(only)}"
            : $"{name}s {List(Runs.Of(values.Values).Select(run => run.From == run.To ? Number(run.From) : $"{Number(run.From)} to {Number(run.To)}"))}";

    private static string Duration(TimeSpan duration)
    {
        if (duration.Ticks % TimeSpan.TicksPerSecond != 0)
            return Timeouts.DurationText.Format(duration);
        (int Amount, string Unit)[] parts = [(duration.Days, "day"), (duration.Hours, "hour"), (duration.Minutes, "minute"), (duration.Seconds, "second")];
        string[] told = [.. parts.Where(part => part.Amount > 0).Select(part => $"{Number(part.Amount)} {part.Unit}{(part.Amount == 1 ? "" : "s")}")];
        return told is [['1', ' ', .. var unit]] ? unit : List(told);
    }

    private static string Unit(StepUnit unit) => unit switch
    {
        StepUnit.Second => "second",
        StepUnit.Minute => "minute",
        StepUnit.Hour => "hour",
        _ => throw new UnreachableException(),
    };

    /// <summary>"minute", "5 minutes".</summary>
    private static string Count(int count, string unit) => count == 1 ? unit : $"{Number(count)} {unit}s";

    private static string Time(TimeOnly time) => time.ToString(time.Second == 0 ? "H:mm" : "H:mm:ss", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Ordinal(int number) => Number(number) + (number switch
    {
        11 or 12 or 13 => "th",
        _ when number % 10 == 1 => "st",
        _ when number % 10 == 2 => "nd",
        _ when number % 10 == 3 => "rd",
        _ => "th",
    });

    private static string List(IEnumerable<string> items, string and = "and") => (string[])[.. items] switch
    {
        [] => "",
        [var only] => only,
        [.. var first, var last] => $"{string.Join(", ", first)} {and} {last}",
    };
}
