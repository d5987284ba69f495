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
        var shape = CronShape.Of(expression);
        return $"{Times(shape)}{DayWords(expression, shape is CronShape.Times ? " every day" : "")}";
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

    /// <summary>The days, and the months that they are in.</summary>
    private static string DayWords(CronExpression expression, string eachDay) => (expression.DaysOfMonth.IsAny, expression.DaysOfWeek.IsAny) switch
    {
        (true, true) => $"{eachDay}{InMonths(expression.Months)}",
        (false, true) => $" on {DaysOfMonth(expression.DaysOfMonth)}{OfMonths(expression.Months)}",
        (true, false) when !expression.DaysOfWeek.Values.Any() => $" on {DaysOfWeek(expression.DaysOfWeek, ofMonth: "")}{OfMonths(expression.Months)}",
        (true, false) => $" on {DaysOfWeek(expression.DaysOfWeek)}{InMonths(expression.Months)}",
        (false, false) => $" on {DaysOfMonth(expression.DaysOfMonth)}{OfMonths(expression.Months)} when it is {DaysOfWeek(expression.DaysOfWeek, "or")}",
    };

    private static string DaysOfMonth(CronValues days) => List(
    [
        .. Runs.Of(days.Values).Select(run => run.From == run.To ? $"the {Ordinal(run.From)}" : $"the {Ordinal(run.From)} to the {Ordinal(run.To)}"),
        .. days.Items.Select(item => item switch
        {
            CronItem.LastDay { Before: 0 } => "the last day",
            CronItem.LastDay { Before: 1 } => "the day before the last day",
            CronItem.LastDay last => $"the {Ordinal(last.Before)} day before the last day",
            CronItem.LastWeekday => "the last weekday",
            CronItem.NearestWeekday nearest => $"the weekday nearest to the {Ordinal(nearest.Day)}",
            _ => null,
        }).OfType<string>(),
    ]);

    private static string DaysOfWeek(CronValues days, string and = "and", string ofMonth = " of the month") => (int[])[.. days.Values] switch
    {
        [1, 2, 3, 4, 5] when !days.HasMovingDays => and is "or" ? "a weekday" : "weekdays",
        [0, 6] when !days.HasMovingDays && and is "and" => "weekends",
        var values => List(
        [
            // The week begins on Monday.
            .. values.OrderBy(value => (value + 6) % 7).Select(value => and is "or" ? $"a {Days[value]}" : $"{Days[value]}s"),
            .. days.Items.Select(item => item switch
            {
                CronItem.LastDayOfWeek last => $"the last {Days[last.Day]}{ofMonth}",
                CronItem.NthDayOfWeek nth => $"the {Ordinals[nth.Nth - 1]} {Days[nth.Day]}{ofMonth}",
                _ => null,
            }).OfType<string>(),
        ], and),
    };

    private static string InMonths(CronValues months) => months.IsAny ? "" : Stretch(months) is { } stretch ? $" {stretch}" : $" in {MonthList(months)}";

    private static string OfMonths(CronValues months) => months.IsAny ? " of the month" : Stretch(months) is { } stretch ? $" of each month {stretch}" : $" of {MonthList(months)}";

    private static string? Stretch(CronValues months) => months.Items is [CronItem.Range { Step: 1 } range] && range.From != range.To ? $"from {Months[range.From - 1]} to {Months[range.To - 1]}" : null;

    private static string MonthList(CronValues months) => List(months.Values.Select(month => Months[month - 1]));

    private static string Field(string name, CronValues values) => values.IsAny
        ? $"every {name}"
        : Runs.Of(values.Values).ToArray() is [{ From: var only, To: var same }] && only == same
            ? $"{name} {Number(only)}"
            : $"{name}s {List(Runs.Of(values.Values).Select(run => run.From == run.To ? Number(run.From) : $"{Number(run.From)} to {Number(run.To)}"))}";

    private static string Duration(TimeSpan duration)
    {
        (decimal Amount, string Unit)[] parts = [(duration.Days, "day"), (duration.Hours, "hour"), (duration.Minutes, "minute"), (duration.Ticks % TimeSpan.TicksPerMinute / (decimal)TimeSpan.TicksPerSecond, "second")];
        string[] told = [.. parts.Where(part => part.Amount > 0).Select(part => $"{part.Amount.ToString("0.###", CultureInfo.InvariantCulture)} {part.Unit}{(part.Amount == 1 ? "" : "s")}")];
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
