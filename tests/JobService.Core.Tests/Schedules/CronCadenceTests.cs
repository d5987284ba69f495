using System.Globalization;
using JobService.Core.Schedules;

namespace JobService.Core.Tests.Schedules;

public sealed class CronCadenceTests
{
    [Theory]
    [InlineData("0 0 L * *", "2026-01-15", "2026-01-31", "2026-02-28", "2026-03-31")]
    [InlineData("0 0 L-2 2 *", "2026-01-15", "2026-02-26", "2027-02-26", "2028-02-27")]
    [InlineData("0 0 LW * *", "2026-01-15", "2026-01-30", "2026-02-27", "2026-03-31")]
    [InlineData("0 0 15W * *", "2026-07-20", "2026-08-14", "2026-09-15", "2026-10-15", "2026-11-16")]
    [InlineData("0 0 1W * *", "2026-07-20", "2026-08-03", "2026-09-01")]
    [InlineData("0 0 31W * *", "2026-04-20", "2026-05-29", "2026-07-31", "2026-08-31")]
    [InlineData("0 0 * * MON#2", "2026-01-15", "2026-02-09", "2026-03-09")]
    [InlineData("0 0 * * 5L", "2026-01-15", "2026-01-30", "2026-02-27")]
    [InlineData("0 0 * * SUN#5", "2026-01-15", "2026-03-29", "2026-05-31")]
    [InlineData("0 0 13 * FRI", "2026-01-15", "2026-02-13", "2026-03-13", "2026-11-13")]
    [InlineData("0 0 1,L * *", "2026-01-15", "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01")]
    [InlineData("0 0 29 2 *", "2026-01-15", "2028-02-29", "2032-02-29")]
    [InlineData("0 0 29 2 MON", "2026-01-15", "2044-02-29", "2072-02-29", "2112-02-29")]
    [InlineData("0 0 31 * *", "2026-01-31", "2026-03-31", "2026-05-31")]
    public void Days_come_where_the_calendar_has_them(string text, string after, params string[] expected) =>
        Assert.Equal(expected, Cadence(text, "UTC").After(Instant(after)).Take(expected.Length).Select(next => next.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("30 2 * * *", "2026-03-28T12:00Z", "2026-03-29T01:00Z Moved", "2026-03-30T00:30Z None")]
    [InlineData("0,30 2 * * *", "2026-03-28T12:00Z", "2026-03-29T01:00Z Merged", "2026-03-30T00:00Z None", "2026-03-30T00:30Z None")]
    [InlineData("0 2,3 * * *", "2026-03-28T12:00Z", "2026-03-29T01:00Z Merged", "2026-03-30T00:00Z None")]
    [InlineData("30 2,3 * * *", "2026-03-28T12:00Z", "2026-03-29T01:00Z Moved", "2026-03-29T01:30Z None", "2026-03-30T00:30Z None")]
    [InlineData("30 2 * * *", "2026-10-24T12:00Z", "2026-10-25T00:30Z First", "2026-10-26T01:30Z None")]
    [InlineData("30 2 * * *", "2026-10-25T00:30Z", "2026-10-26T01:30Z None")]
    [InlineData("*/30 2 * * *", "2026-03-28T12:00Z", "2026-03-29T01:00Z Merged", "2026-03-30T00:00Z None", "2026-03-30T00:30Z None")]
    [InlineData("*/30 2 * * *", "2026-10-24T12:00Z", "2026-10-25T00:00Z First", "2026-10-25T00:30Z First", "2026-10-26T01:00Z None")]
    [InlineData("0-59/30 2 * * *", "2026-03-28T12:00Z", "2026-03-29T01:00Z Merged", "2026-03-30T00:00Z None")]
    [InlineData("0-59/30 2 * * *", "2026-10-24T12:00Z", "2026-10-25T00:00Z First", "2026-10-25T00:30Z First", "2026-10-26T01:00Z None")]
    [InlineData("30 2-2 * * *", "2026-03-28T12:00Z", "2026-03-30T00:30Z SomeDropped")]
    [InlineData("30 2-2 * * *", "2026-10-24T12:00Z", "2026-10-25T00:30Z None", "2026-10-25T01:30Z Again", "2026-10-26T01:30Z None")]
    [InlineData("30 2-2 1 * *", "2026-03-28T12:00Z", "2026-04-01T00:30Z None")]
    [InlineData("30 1-3 * * *", "2026-03-29T00:30Z", "2026-03-29T01:30Z SomeDropped", "2026-03-29T23:30Z None")]
    [InlineData("0 */2 * * *", "2026-03-28T23:00Z", "2026-03-29T02:00Z SomeDropped", "2026-03-29T04:00Z None")]
    [InlineData("*/30 * * * *", "2026-03-29T00:30Z", "2026-03-29T01:00Z SomeDropped", "2026-03-29T01:30Z None")]
    [InlineData("*/30 * * * *", "2026-10-25T00:00Z", "2026-10-25T00:30Z None", "2026-10-25T01:00Z Again", "2026-10-25T01:30Z Again", "2026-10-25T02:00Z None")]
    public void The_clocks_of_Vienna_are_set(string text, string after, params string[] expected) => Assert.Equal(
        expected,
        Cadence(text, "Europe/Vienna").After(Instant(after)).Take(expected.Length).Select(next => $"{next.At.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'} {next.Change}"));

    [Fact]
    public void A_day_that_a_zone_left_out_comes_at_the_change()
    {
        // Apia went to bed on Thursday the 29th and got up on Saturday the 31st.
        var next = Cadence("0 12 30 12 *", "Pacific/Apia").Next(Instant("2011-12-01"));

        Assert.Equal(Instant("2011-12-30T10:00Z"), next?.At);
        Assert.Equal(ClockChange.Moved, next?.Change);
        Assert.Equal("2011-12-31T00:00:00+14:00", next?.Local.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Half_an_hour_is_a_change_as_any()
    {
        var lordHowe = Cadence("15 2 * * *", "Australia/Lord_Howe");

        Assert.Equal(Instant("2026-10-03T15:30Z"), lordHowe.Next(Instant("2026-10-03T12:00Z"))?.At);
        Assert.Equal(Instant("2026-04-04T15:15Z"), Cadence("45 1 * * *", "Australia/Lord_Howe").Next(Instant("2026-04-04T12:00Z"))?.At.AddMinutes(30));
    }

    [Fact]
    public void Seconds_count()
    {
        var next = Cadence("*/20 59 23 * * *", "UTC").After(Instant("2026-01-01T23:59:20.5Z")).Take(2).Select(occurrence => occurrence.At);

        Assert.Equal([Instant("2026-01-01T23:59:40Z"), Instant("2026-01-02T23:59:00Z")], next);
    }

    [Fact]
    public void It_ends_where_the_calendar_does()
    {
        Assert.Null(Cadence("0 0 1 1 *", "UTC").Next(DateTimeOffset.MaxValue));
        Assert.Null(Cadence("*/5 * * * *", "Europe/Vienna").Next(DateTimeOffset.MaxValue));
        Assert.NotNull(Cadence("0 0 1 1 *", "Europe/Vienna").Next(DateTimeOffset.MinValue.AddDays(1)));
    }

    [Fact]
    public void Equal_are_those_that_were_written_alike()
    {
        Assert.Equal(Cadence("0 0 * * *", "UTC"), Cadence("0 0 * * *", "UTC"));
        Assert.NotEqual(Cadence("0 0 * * *", "UTC"), Cadence("0 0 * * *", "Europe/Vienna"));
    }

    private static CronCadence Cadence(string text, string zone) => CronCadence.TryParse(text, TimeZoneInfo.FindSystemTimeZoneById(zone), "name", out _)!;

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
