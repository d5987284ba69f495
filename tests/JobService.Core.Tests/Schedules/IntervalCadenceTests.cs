using JobService.Core.Schedules;

namespace JobService.Core.Tests.Schedules;

public sealed class IntervalCadenceTests
{
    private static readonly DateTimeOffset Anchor = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-100, 30)]
    [InlineData(0, 30)]
    [InlineData(29.9, 30)]
    [InlineData(30, 60)]
    [InlineData(3_600_001, 3_600_030)]
    public void It_is_due_each_time_so_much_has_passed_since_its_anchor(double after, double expected) =>
        Assert.Equal(Anchor.AddSeconds(expected), new IntervalCadence(TimeSpan.FromSeconds(30), Anchor).Next(Anchor.AddSeconds(after))?.At);

    [Fact]
    public void It_ends_where_the_calendar_does() => Assert.Null(new IntervalCadence(TimeSpan.FromDays(36_500), Anchor).Next(DateTimeOffset.MaxValue));

    [Fact]
    public void Once_is_once()
    {
        var once = new OnceCadence(Anchor);

        Assert.Equal([Anchor], once.After(Anchor.AddTicks(-1)).Select(occurrence => occurrence.At));
        Assert.Null(once.Next(Anchor));
    }
}
