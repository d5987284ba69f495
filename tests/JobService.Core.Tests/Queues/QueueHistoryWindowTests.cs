using JobService.Core.Errors;
using JobService.Core.Queues;

namespace JobService.Core.Tests.Queues;

public sealed class QueueHistoryWindowTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 7, 0, 30, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void The_last_hour_is_told_by_the_minute_where_nothing_is_said()
    {
        var window = QueueHistoryWindow.Of(from: null, to: null, step: null, Now).Value!;

        Assert.Equal((Now.AddSeconds(30).AddHours(-1), Now.AddSeconds(30), Minute, 60), (window.From, window.To, window.Step, window.Points));
    }

    [Fact]
    public void Both_ends_are_told_by_the_whole_minute_and_nothing_of_what_is_to_come()
    {
        var window = QueueHistoryWindow.Of(Now.AddMinutes(-10).AddSeconds(1), Now.AddHours(1), TimeSpan.FromMinutes(4), Now).Value!;

        Assert.Equal((Now.AddSeconds(-30).AddMinutes(-10), Now.AddSeconds(30), 3), (window.From, window.To, window.Points));
    }

    [Theory]
    [InlineData("2026-12-01T06:00:00Z", "2026-12-01T06:00:00Z", 60, "from")]
    [InlineData("2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z", 60, "from")]
    [InlineData("2026-12-01T06:00:00Z", null, 59, "step")]
    [InlineData("2026-12-01T06:00:00Z", null, 90, "step")]
    [InlineData("2026-12-01T06:00:00Z", null, 0, "step")]
    [InlineData("2026-11-01T06:00:00Z", null, 60, "step")]
    [InlineData("1970-01-01T00:00:00Z", null, 60, "step")]
    public void What_makes_no_steps_or_too_many_is_refused(string? from, string? to, int step, string parameter)
    {
        var refusal = QueueHistoryWindow.Of(At(from), At(to), TimeSpan.FromSeconds(step), Now).Refusal;

        Assert.Equal(parameter, Assert.Single(Assert.IsType<Refusal.Invalid>(refusal).Faults).Pointer);
    }

    [Fact]
    public void A_thousand_steps_are_told_and_no_more()
    {
        Assert.Equal(1_000, QueueHistoryWindow.Of(Now.AddSeconds(30).AddMinutes(-1_000), Now, Minute, Now).Value!.Points);
        Assert.NotNull(QueueHistoryWindow.Of(Now.AddSeconds(30).AddMinutes(-1_001), Now, Minute, Now).Refusal);
    }

    [Fact]
    public void Steps_as_long_as_any_duration_go_back_to_the_beginning_of_time()
    {
        var window = QueueHistoryWindow.Of(from: null, to: null, TimeSpan.FromDays(36_500), Now).Value!;

        Assert.Equal((DateTimeOffset.UnixEpoch, 1), (window.From, window.Points));
    }

    private static DateTimeOffset? At(string? text) => text is null ? null : DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
