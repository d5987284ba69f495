using JobService.Core.Schedules;

namespace JobService.Core.Tests.Schedules;

public sealed class CronParserTests
{
    [Theory]
    [InlineData("*/15 * * * *", "0", "0 15 30 45", "*", "*", "*", "*")]
    [InlineData("5/20 * * * *", "0", "5 25 45", "*", "*", "*", "*")]
    [InlineData("10-40/15 9-11 * * *", "0", "10 25 40", "9 10 11", "*", "*", "*")]
    [InlineData("30 0 22-2 * * *", "30", "0", "0 1 2 22 23", "*", "*", "*")]
    [InlineData("0 22-4/3 * * *", "0", "0", "1 4 22", "*", "*", "*")]
    [InlineData("0 0 * NOV-feb *", "0", "0", "0", "*", "1 2 11 12", "*")]
    [InlineData("0 0 * jan,3 Fri-MON", "0", "0", "0", "*", "1 3", "0 1 5 6")]
    [InlineData("0 0 ? * 7", "0", "0", "0", "*", "*", "0")]
    [InlineData("0 0 * * 5-7", "0", "0", "0", "*", "*", "0 5 6")]
    [InlineData("0 0 * * 7-2", "0", "0", "0", "*", "*", "0 1 2")]
    [InlineData("0 0 * * 0-7", "0", "0", "0", "*", "*", "0 1 2 3 4 5 6")]
    [InlineData("0 0 28-3 * *", "0", "0", "0", "1 2 3 28 29 30 31", "*", "*")]
    [InlineData(" 0\t0  1,15,1 * * ", "0", "0", "0", "1 15", "*", "*")]
    [InlineData("@hourly", "0", "0", "*", "*", "*", "*")]
    [InlineData("@Daily", "0", "0", "0", "*", "*", "*")]
    [InlineData("@midnight", "0", "0", "0", "*", "*", "*")]
    [InlineData("@weekly", "0", "0", "0", "*", "*", "0")]
    [InlineData("@monthly", "0", "0", "0", "1", "*", "*")]
    [InlineData("@yearly", "0", "0", "0", "1", "1", "*")]
    [InlineData("@annually", "0", "0", "0", "1", "1", "*")]
    public void Each_field_allows_what_it_says(string text, params string[] expected)
    {
        var parsed = Parse(text);

        Assert.Equal(expected, new[] { parsed.Seconds, parsed.Minutes, parsed.Hours, parsed.DaysOfMonth, parsed.Months, parsed.DaysOfWeek }
            .Select(values => values.IsAny ? "*" : string.Join(' ', values.Values)));
    }

    [Theory]
    [InlineData("60 * * * *", "minute", "0 to 59")]
    [InlineData("* 24 * * *", "hour", "0 to 23")]
    [InlineData("* * 0 * *", "day of month", "1 to 31")]
    [InlineData("* * 32 * *", "day of month", "1 to 31")]
    [InlineData("* * * 13 *", "month", "1 to 12 or JAN to DEC")]
    [InlineData("* * * * 8", "day of week", "0 to 7 or SUN to SAT")]
    [InlineData("61 * * * * *", "second", "0 to 59")]
    [InlineData("*/0 * * * *", "minute", "from 1 to 59")]
    [InlineData("*/60 * * * *", "minute", "from 1 to 59")]
    [InlineData("* */24 * * *", "hour", "from 1 to 23")]
    [InlineData("*/ * * * *", "minute", "from 1 to 59")]
    [InlineData("*/-5 * * * *", "minute", "from 1 to 59")]
    [InlineData("1--100000000 * * * *", "minute", "no value")]
    [InlineData("1-100000000 * * * *", "minute", "no value")]
    [InlineData("1-2-3 * * * *", "minute", "no value")]
    [InlineData("-1 * * * *", "minute", "no value")]
    [InlineData("1, * * * *", "minute", "missing beside a comma")]
    [InlineData("? * * * *", "minute", "no value")]
    [InlineData("٣ * * * *", "minute", "no value")]
    [InlineData("* * L-31 * *", "day of month", "0 to 30")]
    [InlineData("* * 32W * *", "day of month", "1 to 31")]
    [InlineData("* * W * *", "day of month", "no value")]
    [InlineData("* * * * L", "day of week", "5L")]
    [InlineData("* * * * MON#6", "day of week", "1 to 5")]
    [InlineData("* * * * MON#", "day of week", "1 to 5")]
    [InlineData("* * * * 1#2#3", "day of week", "no value")]
    [InlineData("* * * L *", "month", "no value")]
    [InlineData("H(5-2) * * * *", "minute", "must not wrap")]
    [InlineData("H5 * * * *", "minute", "H(0-29)")]
    [InlineData("H(0-99) * * * *", "minute", "no value")]
    public void A_fault_names_the_field_and_says_what_would_be_right(string text, string field, string hint)
    {
        Assert.Null(CronParser.TryParse(text, "name", out var fault));

        Assert.Contains($"the {field}: ", fault, StringComparison.Ordinal);
        Assert.Contains(hint, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "five fields")]
    [InlineData("* * * *", "has 4")]
    [InlineData("* * * * * * *", "has 7")]
    [InlineData("@reboot", "no meaning")]
    [InlineData("@every 5m", "'every'")]
    [InlineData("0 0 30 2 *", "never fire")]
    [InlineData("0 0 31 4,6,9,11 *", "never fire")]
    [InlineData("0 0 1-7 * MON#2", "never fire")]
    public void What_makes_no_rule_is_refused_with_the_reason(string text, string reason)
    {
        Assert.Null(CronParser.TryParse(text, "name", out var fault));
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('1')]
    [InlineData(',')]
    [InlineData('*')]
    [InlineData(' ')]
    [InlineData('H')]
    public void Ten_kilobytes_are_refused_without_being_shown(char filler)
    {
        Assert.Null(CronParser.TryParse(new string(filler, 10_000), "name", out var fault));
        Assert.InRange(fault.Length, 1, 300);
    }

    [Theory]
    [InlineData("0 0 29 2 *")]
    [InlineData("0 0 29 2 MON")]
    [InlineData("0 0 31 12 SUN")]
    [InlineData("0 0 29W 2 *")]
    [InlineData("0 0 L-30 * *")]
    [InlineData("0 0 * 2 MON#5")]
    public void What_comes_seldom_is_a_rule(string text) => Assert.NotNull(CronParser.TryParse(text, "name", out _));

    [Fact]
    public void H_is_always_the_same_for_a_name_and_spreads_names_evenly()
    {
        var minutes = Enumerable.Range(0, 6_000).Select(n => Assert.Single(Parse("H * * * *", $"schedule-{n}").Minutes.Values)).ToArray();

        Assert.Equal(minutes, Enumerable.Range(0, 6_000).Select(n => Assert.Single(Parse("H * * * *", $"schedule-{n}").Minutes.Values)));
        Assert.Equal(60, minutes.Distinct().Count());
        Assert.All(minutes.CountBy(minute => minute), minute => Assert.InRange(minute.Value, 50, 150));
    }

    [Theory]
    [InlineData("H(0-29) * * * *", 0, 29, 1)]
    [InlineData("H/15 * * * *", 0, 59, 4)]
    [InlineData("H(30-59)/10 * * * *", 30, 59, 3)]
    public void H_keeps_to_its_range_and_its_step(string text, int from, int to, int count)
    {
        for (var n = 0; n < 200; n++)
        {
            var values = Parse(text, $"schedule-{n}").Minutes.Values.ToArray();
            Assert.Equal(count, values.Length);
            Assert.All(values, value => Assert.InRange(value, from, to));
        }
    }

    [Fact]
    public void H_as_a_day_comes_in_each_month()
    {
        for (var n = 0; n < 200; n++)
            Assert.InRange(Assert.Single(Parse("0 0 H * *", $"schedule-{n}").DaysOfMonth.Values), 1, 28);
    }

    private static CronExpression Parse(string text, string name = "name")
    {
        var parsed = CronParser.TryParse(text, name, out var fault);
        Assert.Equal("", fault);
        return parsed!;
    }
}
