namespace JobService.Core.Schedules.Words;

/// <summary>The times of the day of a cron expression, in the shape one would tell them; there are no others.</summary>
internal abstract record CronShape
{
    /// <summary>More times than that are told by what they have in common.</summary>
    private const int MaxTimes = 8;

    /// <summary>More stretches of a day than that are no help.</summary>
    private const int MaxStretches = 3;

    private CronShape()
    {
    }

    /// <summary>At 9:00 and 17:30.</summary>
    public sealed record Times(IReadOnlyList<TimeOnly> At) : CronShape;

    /// <summary>Every 15 minutes from 9:00 to 17:45; the whole day where there are no stretches.</summary>
    public sealed record Steps(int Count, StepUnit Unit, IReadOnlyList<(TimeOnly From, TimeOnly To)> Stretches) : CronShape;

    /// <summary>At 5 and 35 minutes past every hour, or past each hour of the stretches.</summary>
    public sealed record Past(IReadOnlyList<int> Minutes, IReadOnlyList<(TimeOnly From, TimeOnly To)> Stretches) : CronShape;

    /// <summary>Anything else, field by field.</summary>
    public sealed record Mixed(CronValues Seconds, CronValues Minutes, CronValues Hours) : CronShape;

    public static CronShape Of(CronExpression expression)
    {
        var (seconds, minutes, hours) = (Values(expression.Seconds), Values(expression.Minutes), Values(expression.Hours));
        var count = seconds.Length * minutes.Length * hours.Length;
        if (count == 1 || (expression.NamesItsTimes && count <= MaxTimes))
            return TimesOf(hours, minutes, seconds);

        var mixed = new Mixed(expression.Seconds, expression.Minutes, expression.Hours);
        var isDaily = expression.DaysOfMonth.IsAny && expression.DaysOfWeek.IsAny && expression.Months.IsAny;
        if (StepOf(seconds, 60) is { } everySecond && seconds.Length > 1)
            return minutes.Length == 60 ? Stepped(everySecond, StepUnit.Second, hours, isDaily, new TimeOnly(0, 59, seconds[^1]), mixed) : mixed;
        if (seconds is not [0])
            return mixed;
        if (minutes.Length == 1 && hours.Length == 2 && StepOf(hours, 24) is null)
            return TimesOf(hours, minutes, seconds);
        if (minutes is [var only] && StepOf(hours) is { } everyHour && hours.Length > 1)
            return OfHours(everyHour, only, hours);
        if (minutes is [var single] && StretchesOf(hours, isDaily, new TimeOnly(0, single), new TimeOnly(0, single)) is { } hourly && hourly.All(stretch => stretch.From != stretch.To))
            return new Steps(1, StepUnit.Hour, hourly);
        if (minutes.Length == 1 && count <= MaxTimes)
            return TimesOf(hours, minutes, seconds);
        if (StepOf(minutes, 60) is { } everyMinute && minutes.Length > 1)
            return Stepped(everyMinute, StepUnit.Minute, hours, isDaily, new TimeOnly(0, minutes[^1]), mixed);
        return StretchesOf(hours, isDaily, TimeOnly.MinValue, new TimeOnly(0, 59)) is { } stretches ? new Past(minutes, stretches) : mixed;
    }

    private static Times TimesOf(int[] hours, int[] minutes, int[] seconds) =>
        new([.. from hour in hours from minute in minutes from second in seconds select new TimeOnly(hour, minute, second)]);

    private static CronShape OfHours(int every, int minute, int[] hours) => (hours.Length == 24, minute) switch
    {
        (true, 0) => new Steps(1, StepUnit.Hour, []),
        (true, _) => new Past([minute], []),
        _ when minute == 0 && hours[0] == 0 && StepOf(hours, 24) == every => new Steps(every, StepUnit.Hour, []),
        _ => new Steps(every, StepUnit.Hour, [(new TimeOnly(hours[0], minute), new TimeOnly(hours[^1], minute))]),
    };

    private static CronShape Stepped(int every, StepUnit unit, int[] hours, bool isDaily, TimeOnly last, CronShape otherwise) =>
        StretchesOf(hours, isDaily, TimeOnly.MinValue, last) is { } stretches ? new Steps(every, unit, stretches) : otherwise;

    private static int[] Values(CronValues values) => [.. values.Values];

    /// <summary>How far they are apart where all are as far, and begin again as far behind the last one; null where they are not.</summary>
    private static int? StepOf(int[] values, int cycle) =>
        StepOf(values) is { } step && values[0] == 0 && step * values.Length == cycle ? step : null;

    private static int? StepOf(int[] values)
    {
        var step = values.Length > 1 ? values[1] - values[0] : 1;
        return values.Zip(values.Skip(1), (a, b) => b - a).All(apart => apart == step) ? step : null;
    }

    /// <summary>The hours as stretches that begin so far into their first hour and end so far into their last one; none for the whole day, null for too many.</summary>
    private static List<(TimeOnly From, TimeOnly To)>? StretchesOf(int[] hours, bool isDaily, TimeOnly intoFirst, TimeOnly intoLast)
    {
        var stretches = new List<(TimeOnly From, TimeOnly To)>();
        if (hours.Length == 24)
            return stretches;
        foreach (var hour in hours)
        {
            var to = new TimeOnly(hour, intoLast.Minute, intoLast.Second);
            if (stretches.Count > 0 && stretches[^1].To.Hour == hour - 1)
                stretches[^1] = (stretches[^1].From, to);
            else
                stretches.Add((new TimeOnly(hour, intoFirst.Minute), to));
        }

        // From 22:00 to 1:59 is one stretch over midnight where each day is followed by another; on Mondays it would be told of the night to Tuesday, of which they have no hour.
        if (isDaily && stretches is [{ From.Hour: 0 } first, .., { To.Hour: 23 } last])
            (stretches[0], _) = ((last.From, first.To), stretches.Remove(last));
        return stretches.Count <= MaxStretches ? stretches : null;
    }
}
