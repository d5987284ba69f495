using System.Diagnostics;
using System.Globalization;

namespace JobService.Core.Schedules.Words;

/// <summary>A cadence in Chinese: "工作日 9:00 至 17:45 每 15 分钟，Europe/Vienna".</summary>
internal static class ChineseCadence
{
    private static readonly string[] Days = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];

    public static string Describe(Cadence cadence) => cadence switch
    {
        CronCadence cron => $"{Describe(cron.Parsed)}，{cron.TimeZone}",
        IntervalCadence interval => Every(interval.Every),
        OnceCadence once => string.Create(CultureInfo.InvariantCulture, $"仅一次，{once.At:yyyy} 年 {once.At:%M} 月 {once.At:%d} 日 {once.At:H:mm:ss zzz}"),
        _ => throw new UnreachableException(),
    };

    private static string Describe(CronExpression expression)
    {
        var shape = CronShape.Of(expression);
        string[] parts = [DayWords(expression, shape is CronShape.Times ? "每天" : ""), Times(shape)];
        return string.Join(' ', parts.Where(part => part.Length > 0));
    }

    private static string Times(CronShape shape) => shape switch
    {
        CronShape.Times times => List(times.At.Select(Time)),
        CronShape.Steps steps => $"{Between(steps.Stretches)}{Every(steps.Count, steps.Unit)}",
        CronShape.Past past => $"{Between(past.Stretches)}每小时的第 {List(past.Minutes.Select(Number))} 分钟",
        CronShape.Mixed mixed => $"{Field("时", "小时", mixed.Hours)} {Field("分", "分钟", mixed.Minutes)} {Field("秒", "秒", mixed.Seconds)}",
        _ => throw new UnreachableException(),
    };

    private static string Between(IReadOnlyList<(TimeOnly From, TimeOnly To)> stretches) => stretches.Count == 0
        ? ""
        : $"{List(stretches.Select(stretch => $"{Time(stretch.From)} 至{(stretch.To < stretch.From ? "次日" : "")} {Time(stretch.To)}"))} ";

    /// <summary>The months, and the days in them.</summary>
    private static string DayWords(CronExpression expression, string eachDay) => (expression.DaysOfMonth.IsAny, expression.DaysOfWeek.IsAny) switch
    {
        (true, true) => $"{Months(expression.Months)}{eachDay}",
        (false, true) => InMonths(expression.Months, DaysOfMonth(expression.DaysOfMonth)),
        (true, false) when !expression.DaysOfWeek.Values.Any() => InMonths(expression.Months, DaysOfWeek(expression.DaysOfWeek, each: "", ofMonth: "")),
        (true, false) when expression.Months.IsAny => DaysOfWeek(expression.DaysOfWeek, each: "每", ofMonth: "每月"),
        (true, false) => $"{Months(expression.Months)}的{DaysOfWeek(expression.DaysOfWeek, each: "每", ofMonth: "")}",
        (false, false) => $"{InMonths(expression.Months, DaysOfMonth(expression.DaysOfMonth))}且为{DaysOfWeek(expression.DaysOfWeek, each: "", ofMonth: "当月", "或")}",
    };

    /// <summary>What is counted within each of the months.</summary>
    private static string InMonths(CronValues months, string days) => Months(months) switch
    {
        "" => Beside("每月", days),
        var stretch when Stretch(months) is not null => Beside($"{stretch}每月", days),
        var only when months.Values.Count() == 1 && char.IsAsciiDigit(days[0]) => Beside(only, days),
        var some => Beside($"{some}的", days),
    };

    private static string DaysOfMonth(CronValues days) => List(
    [
        .. Runs.Of(days.Values).Select(run => run.From == run.To ? $"{Number(run.From)} 日" : $"{Number(run.From)} 日至 {Number(run.To)} 日"),
        .. days.Items.Select(item => item switch
        {
            CronItem.LastDay { Before: 0 } => "最后一天",
            CronItem.LastDay last => $"倒数第 {Number(last.Before + 1)} 天",
            CronItem.LastWeekday => "最后一个工作日",
            CronItem.NearestWeekday nearest => $"最接近 {Number(nearest.Day)} 日的工作日",
            _ => null,
        }).OfType<string>(),
    ]);

    private static string DaysOfWeek(CronValues days, string each, string ofMonth, string and = "、") => (int[])[.. days.Values] switch
    {
        [1, 2, 3, 4, 5] when !days.HasMovingDays => "工作日",
        [0, 6] when !days.HasMovingDays => "周末",
        var values => List(
        [
            // The week begins on Monday, and "each" is said once.
            .. values.OrderBy(value => (value + 6) % 7).Select((value, i) => i == 0 ? $"{each}{Days[value]}" : Days[value]),
            .. days.Items.Select(item => item switch
            {
                CronItem.LastDayOfWeek last => $"{ofMonth}最后一个{Days[last.Day]}",
                CronItem.NthDayOfWeek nth => $"{ofMonth}第 {Number(nth.Nth)} 个{Days[nth.Day]}",
                _ => null,
            }).OfType<string>(),
        ], and),
    };

    private static string Months(CronValues months) => months.IsAny ? "" : Stretch(months) ?? List(months.Values.Select(month => $"{Number(month)} 月"));

    private static string? Stretch(CronValues months) => months.Items is [CronItem.Range { Step: 1 } range] && range.From != range.To
        ? $"{Number(range.From)} 月至{(range.To < range.From ? "次年" : "")} {Number(range.To)} 月"
        : null;

    private static string Field(string unit, string each, CronValues values) => values.IsAny
        ? $"每{each}"
        : $"第 {List(Runs.Of(values.Values).Select(run => run.From == run.To ? Number(run.From) : $"{Number(run.From)} 至 {Number(run.To)}"))} {unit}";

    private static string Every(int count, StepUnit unit) => (count, unit) switch
    {
        (1, StepUnit.Second) => "每秒",
        (1, StepUnit.Minute) => "每分钟",
        (1, StepUnit.Hour) => "每小时",
        (_, StepUnit.Second) => $"每 {Number(count)} 秒",
        (_, StepUnit.Minute) => $"每 {Number(count)} 分钟",
        (_, StepUnit.Hour) => $"每 {Number(count)} 小时",
        _ => throw new UnreachableException(),
    };

    private static string Every(TimeSpan duration)
    {
        (decimal Amount, string Unit)[] parts =
            [(duration.Days, "天"), (duration.Hours, "小时"), (duration.Minutes, "分钟"), (duration.Ticks % TimeSpan.TicksPerMinute / (decimal)TimeSpan.TicksPerSecond, "秒")];
        string[] told = [.. parts.Where(part => part.Amount > 0).Select(part => $"{part.Amount.ToString("0.###", CultureInfo.InvariantCulture)} {part.Unit}")];
        return told is [['1', ' ', .. var unit]] ? $"每{unit}" : $"每 {string.Join(' ', told)}";
    }

    /// <summary>Numbers stand apart from characters.</summary>
    private static string Beside(string before, string after) => char.IsAsciiDigit(after[0]) ? $"{before} {after}" : before + after;

    private static string Time(TimeOnly time) => time.ToString(time.Second == 0 ? "H:mm" : "H:mm:ss", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string List(IEnumerable<string> items, string and = "、") => string.Join(and, items);
}
