using CsCheck;
using JobService.Core.Timeouts;

namespace JobService.Core.Tests.Timeouts;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("30s", 30)]
    [InlineData("1h30m", 5_400)]
    [InlineData("2d", 172_800)]
    [InlineData("1.5s", 1.5)]
    [InlineData("0s", 0)]
    [InlineData("PT30S", 30)]
    [InlineData("P1DT12H", 129_600)]
    [InlineData("P2W", 1_209_600)]
    public void What_people_write_is_read(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("10")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("5S")]
    [InlineData("1m1h")]
    [InlineData("1s2s")]
    [InlineData("1e9s")]
    [InlineData("99999999999999999999999d")]
    [InlineData("36501d")]
    [InlineData("P1M")]
    [InlineData("PW")]
    [InlineData("P-1W")]
    [InlineData("P9999W")]
    [InlineData("P99999999999W")]
    [InlineData("P1Y")]
    [InlineData("-PT5S")]
    [InlineData("PT99999999999999H")]
    [InlineData("1..5s")]
    public void What_means_nothing_or_too_much_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public void A_number_of_seconds_out_of_range_is_refused(double seconds) => Assert.False(DurationText.TryFromSeconds(seconds, out _));

    [Fact]
    public void What_is_written_is_read_back() => Gen.Long[0, TimeSpan.FromDays(36_500).Ticks / 10].Sample(microseconds =>
    {
        var duration = TimeSpan.FromMicroseconds(microseconds);
        return DurationText.TryParse(DurationText.Format(duration), out var back) && back == duration;
    });
}
