using JobService.Core.Limits;
using JobService.Core.Rates;

namespace JobService.Core.Tests.Limits;

/// <summary>How many may start by a rate: in any time no more than are due in it, and the burst.</summary>
public sealed class PaceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void After_a_pause_as_many_start_as_the_burst_and_then_one_at_a_time()
    {
        var pace = new Pace(TimeSpan.FromSeconds(10), Burst: 3, NextStartAt: null);

        Assert.Equal(3, pace.Allowed(Noon));
        pace = pace.After(3, Noon);
        Assert.Equal((0, Noon.AddSeconds(10)), (pace.Allowed(Noon), pace.OpensAt(Noon)));
        Assert.Equal((0, 1, 2, 3, 3), (At(9.999), At(10), At(20), At(30), At(3_600)));

        int At(double seconds) => pace.Allowed(Noon.AddSeconds(seconds));
    }

    [Theory]
    [InlineData(100, 60_000, 1)]
    [InlineData(7, 1_000, 3)]
    [InlineData(3, 1, 2)]
    [InlineData(1_000_000, 1_000, 500)]
    public void In_any_window_no_more_start_than_its_rate_and_the_burst(int limit, int perMs, int burst)
    {
        var rate = new RateLimit(limit, TimeSpan.FromMilliseconds(perMs), burst);
        var pace = new Pace(rate.Interval, burst, NextStartAt: null);
        var random = new Random(limit);
        var starts = new List<DateTimeOffset>();
        for (var now = Noon; starts.Count < 400;)
        {
            now += TimeSpan.FromMicroseconds(random.NextInt64(0, (long)(rate.Interval.TotalMicroseconds * 4) + 2));
            var some = Math.Min(pace.Allowed(now), random.Next(0, burst + 2));
            pace = pace.After(some, now);
            starts.AddRange(Enumerable.Repeat(now, some));
        }

        for (var from = 0; from < starts.Count; from++)
        {
            for (var to = from; to < starts.Count; to++)
                Assert.True(to - from + 1 <= ((starts[to] - starts[from]) / rate.Per * limit) + burst + 1e-9);
        }
    }

    [Fact]
    public void What_opens_is_open_then()
    {
        var random = new Random(1);
        for (var i = 0; i < 1_000; i++)
        {
            var pace = new Pace(TimeSpan.FromMicroseconds(random.Next(1, 5_000)), random.Next(1, 5), Noon.AddTicks(random.Next(-100_000, 100_000) / 10 * 10));
            var opens = pace.OpensAt(Noon);

            Assert.True(pace.Allowed(opens) >= 1);
            Assert.True(opens == Noon || pace.Allowed(opens.AddTicks(-10)) == 0);
        }
    }

    [Theory]
    [InlineData(1, 60, 1)]
    [InlineData(100, 1, 10)]
    [InlineData(1_000, 60, 1)]
    [InlineData(1_000_000, 1, 100_000)]
    public void A_burst_that_is_not_named_is_what_is_due_in_a_tenth_of_a_second(int limit, int perSeconds, int burst)
    {
        Assert.Equal(burst, RateLimit.DefaultBurst(limit, TimeSpan.FromSeconds(perSeconds)));
    }
}
