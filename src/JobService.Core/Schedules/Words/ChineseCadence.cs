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
        IntervalCadence interval => $"每 {Duration(interval.Every)}",
        OnceCadence once => string.Create(CultureInfo.InvariantCulture, $"仅一次，{once.At:yyyy} 年 {once.At:%M} 月 {once.At:%d} 日 {once.At:H:mm:ss zzz}"),
        _ => throw new UnreachableException(),
    };

    private static string Describe(CronExpression expression)
    {
        var isEveryDay = expression is { NamesItsTimes: true, DaysOfMonth.IsAny: true, DaysOfWeek.IsAny: true };
        string[] parts =
        [
            MonthWords(expression.Months),
            isEveryDay ? "每天" : DayWords(expression),
            Times(CronShape.Of(expression)),
        ];
        return string.Join(' ', parts.Where(part => part.Length > 0));
    }

    private static string Times(CronShape shape) => shape switch
    {
        CronShape.Times times => List(times.At.Select(Time)),
        CronShape.Steps steps => $"{Between(steps.Stretches)}{Every(steps.Count, steps.Unit)}",
        CronShape.Past past => $"{Between(past.Stretches)}每小时的第 {List(past.Minutes.Select(Number))} 分",
        CronShape.Mixed mixed => $"{Field("时", mixed.Hours)} {Field("分", mixed.Minutes)} {Field("秒", mixed.Seconds)}",
        _ => throw new UnreachableException(),
    };

    private static string Between(IReadOnlyList<(TimeOnly From, TimeOnly To)> stretches) =>
        stretches.Count == 0 ? "" : $"{List(stretches.Select(stretch => $"{Time(stretch.From)} 至 {Time(stretch.To)}"))} ";

    private static string DayWords(CronExpression expression) => (expression.DaysOfMonth.IsAny, expression.DaysOfWeek.IsAny) switch
    {
        (true, true) => "",
        (false, true) => $"{(expression.Months.IsAny ? "每月 " : "")}{DaysOfMonth(expression.DaysOfMonth)}",
        (true, false) => DaysOfWeek(expression.DaysOfWeek),
        (false, false) => $"{(expression.Months.IsAny ? "每月 " : "")}{DaysOfMonth(expression.DaysOfMonth)}且为{DaysOfWeek(expression.DaysOfWeek, "或")}",
    };

    private static string DaysOfMonth(CronValues days) => List(
    [
        .. Runs.Of(days.Values).Select(run => run.From == run.To ? $"{Number(run.From)} 日" : $"{Number(run.From)} 日至 {Number(run.To)} 日"),
        .. days.Items.Select(item => item switch
        {
            CronItem.LastDay { Before: 0 } => "最后一天",
            CronItem.LastDay last => $"最后一天的前 {Number(last.Before)} 天",
            CronItem.LastWeekday => "最后一个工作日",
            CronItem.NearestWeekday nearest => $"最接近 {Number(nearest.Day)} 日的工作日",
            _ => null,
        }).OfType<string>(),
    ]);

    private static string DaysOfWeek(CronValues days, string and = "、") => (int[])[.. days.Values] switch
    {
        [1, 2, 3, 4, 5] when !days.HasMovingDays => "工作日",
        [0, 6] when !days.HasMovingDays => "周末",
        var values => List(
        [
            .. values.OrderBy(value => (value + 6) % 7).Select(value => Days[value]),
            .. days.Items.Select(item => item switch
            {
                CronItem.LastDayOfWeek last => $"每月最后一个{Days[last.Day]}",
                CronItem.NthDayOfWeek nth => $"每月第 {Number(nth.Nth)} 个{Days[nth.Day]}",
                _ => null,
            }).OfType<string>(),
        ], and),
    };

    private static string MonthWords(CronValues months) => months switch
    {
        { IsAny: true } => "",
        { Items: [CronItem.Range { Step: 1 } range] } => $"{Number(range.From)} 月至 {Number(range.To)} 月",
        _ => List(months.Values.Select(month => $"{Number(month)} 月")),
    };

    private static string Field(string unit, CronValues values) => values.IsAny
        ? $"每{unit}"
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

    private static string Duration(TimeSpan duration)
    {
        if (duration.Ticks % TimeSpan.TicksPerSecond != 0)
            return Timeouts.DurationText.Format(duration);
        (int Amount, string Unit)[] parts = [(duration.Days, "天"), (duration.Hours, "小时"), (duration.Minutes, "分钟"), (duration.Seconds, "秒")];
        return string.Join(' ', parts.Where(part => part.Amount > 0).Select(part => $"{Number(part.Amount)} {part.Unit}"));
    }

    private static string Time(TimeOnly time) => time.ToString(time.Second == 0 ? "H:mm" : "H:mm:ss", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string List(IEnumerable<string> items, string and = "、") => string.Join(and, items);
}
