using System.Globalization;
using JobService.Core.Schedules;

namespace JobService.Core.Tests.Schedules;

/// <summary>What it takes to find an occurrence is counted: however far apart they are, a small request keeps no processor busy.</summary>
public sealed class SearchCostTests
{
    private static readonly TimeZoneInfo Vienna = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna");

    private int searches;
    private int lookUps;

    [Theory]
    [InlineData("0 5-5 L-28 2 MON#1")]
    [InlineData("0 5 L-28 2 MON#1")]
    [InlineData("0 5-5 29 2 MON")]
    [InlineData("30 2 29 2 MON")]
    [InlineData("0 0 L-30 * MON#1")]
    [InlineData("30 2 L 3 *")]
    [InlineData("30 2-2 L 3 *")]
    [InlineData("*/5 * * * *")]
    [InlineData("*/5 2 * * *")]
    [InlineData("* * 2 * * *")]
    public void A_thousand_occurrences_take_a_few_questions_each(string text)
    {
        var found = Cadence(text).After(Instant("2026-10-24T12:00Z")).Take(1_000).Count();

        Assert.InRange(found, 100, 1_000);
        Assert.InRange(searches, 1, 4 * found);
        Assert.InRange(lookUps, 1, 200 * found);
    }

    [Fact]
    public void What_the_clocks_of_a_zone_always_leave_out_is_looked_for_as_long_as_the_calendar_takes_to_repeat_itself()
    {
        // The clocks of Vienna are set forward from 2:00 to 3:00 on the last Sunday of March.
        Assert.Null(Cadence("30 2-2 25-31 3 SUN").Next(Instant("2026-10-24T12:00Z")));
        Assert.InRange(searches, 400, 1_000);
        Assert.InRange(lookUps, 400, 40_000);
    }

    [Fact]
    public void What_was_shown_already_is_not_gone_through_once_more()
    {
        // It is 2:10 for the second time, and each second until 3:00 came an hour ago.
        Assert.Equal(Instant("2026-10-26T01:00Z"), Cadence("* * 2 * * *").Next(Instant("2026-10-25T01:10Z"))?.At);
        Assert.InRange(searches, 1, 2);
    }

    private CronCadence Cadence(string text)
    {
        var expression = CronParser.TryParse(text, "name", out _)!;
        var times = CronCadence.Times(expression);
        return new CronCadence(text, expression, new ZoneClock(Vienna.Id, LookUp), Search);

        TimeSpan LookUp(DateTime utc)
        {
            lookUps++;
            return Vienna.GetUtcOffset(utc);
        }

        DateTime Search(DateTime after, DateTime end)
        {
            searches++;
            return times(after, end);
        }
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
