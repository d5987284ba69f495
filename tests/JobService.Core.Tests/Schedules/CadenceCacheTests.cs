using System.Globalization;
using JobService.Core.Schedules;

namespace JobService.Core.Tests.Schedules;

public sealed class CadenceCacheTests
{
    private static readonly TimeZoneInfo Vienna = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna");

    private readonly CadenceCache cache = new(capacity: 3);

    [Fact]
    public void A_rule_is_read_once_for_all_schedules()
    {
        Assert.Same(Read("0 9 * * *", "one"), Read("0 9 * * *", "another"));
        Assert.NotSame(Read("0 9 * * *", "one"), Read("0 9 * * *", "one", TimeZoneInfo.Utc));
        Assert.NotSame(Read("0 9 * * *", "one"), Read("0  9 * * *", "one"));
    }

    [Fact]
    public void One_that_is_spread_is_read_once_for_each_name()
    {
        Assert.Same(Read("H H * * *", "one"), Read("H H * * *", "one"));
        Assert.NotEqual(Read("H H * * *", "one").Next(DateTimeOffset.UnixEpoch), Read("H H * * *", "another").Next(DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void It_keeps_no_more_than_it_may_and_no_faults()
    {
        for (var minute = 0; minute < 60; minute++)
        {
            Read(string.Create(CultureInfo.InvariantCulture, $"{minute} * * * *"), "name");
            Assert.InRange(cache.Count, 1, 3);
        }

        var full = cache.Count;
        Assert.Null(cache.TryParse("60 * * * *", Vienna, "name", out var fault));
        Assert.Contains("'60' is no value", fault, StringComparison.Ordinal);
        Assert.Equal(full, cache.Count);
    }

    [Fact]
    public void The_rule_of_a_schedule_goes_through_it()
    {
        var name = ScheduleName.Parse("report.daily");
        var rule = ScheduleRule.Of(name, "17 4 * * *", "Europe/Vienna", null, null).Value!;

        Assert.Same(rule.TryCadence(name, default, out _), rule.TryCadence(name, DateTimeOffset.UnixEpoch, out _));
    }

    private CronCadence Read(string text, string name, TimeZoneInfo? zone = null)
    {
        var cadence = cache.TryParse(text, zone ?? Vienna, name, out var fault);
        Assert.Equal("", fault);
        return cadence!;
    }
}
