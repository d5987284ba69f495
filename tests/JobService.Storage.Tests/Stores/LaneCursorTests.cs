using JobService.Core.Storage.Stores;

namespace JobService.Storage.Tests.Stores;

public sealed class LaneCursorTests
{
    private readonly LaneCursor cursor = new();

    [Fact]
    public void The_first_scan_is_a_full_one_and_a_busy_lane_is_then_scanned_from_where_the_last_one_ended()
    {
        Assert.Equal(0, Scan(0, lastSeq: 100));
        Assert.Equal(100, Scan(10, lastSeq: 200));
        Assert.Equal(200, Scan(20, lastSeq: 300));
    }

    [Fact]
    public void A_full_scan_that_saw_nothing_is_begun_again_at_once()
    {
        Assert.Equal((LaneScan.Full, 0L), cursor.Begin(TimeSpan.Zero));
        Assert.Equal(LaneScan.Late, cursor.Begin(TimeSpan.Zero).Scan);

        cursor.GiveUp(LaneScan.Full);

        Assert.Equal((LaneScan.Full, 0L), cursor.Begin(TimeSpan.Zero));
    }

    [Fact]
    public void What_was_found_and_left_is_where_the_next_scan_begins()
    {
        Scan(0, lastSeq: 1_000);
        var (scan, afterSeq) = cursor.Begin(TimeSpan.FromSeconds(20));
        Assert.Equal(LaneScan.Full, scan);

        cursor.Leave(scan, afterSeq, TimeSpan.FromSeconds(20), firstSeq: 7, TimeSpan.Zero);

        Assert.Equal((LaneScan.Tail, 6L), cursor.Begin(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void Each_quarter_of_a_second_a_scan_looks_back_to_where_the_lane_stood_a_quarter_ago()
    {
        Scan(0, lastSeq: 100);
        Assert.Equal(100, Scan(200, lastSeq: 200));
        Assert.Equal(0, Scan(250, lastSeq: 300));
        Assert.Equal(300, Scan(499, lastSeq: 400));
        Assert.Equal(200, Scan(500, lastSeq: 500));
    }

    [Fact]
    public void A_scan_that_stopped_at_its_share_goes_on_from_there_so_that_a_full_sweep_is_one_pass()
    {
        Scan(0, lastSeq: 1_000);
        Assert.Equal(0, Scan(10_000, lastSeq: 10));
        Assert.Equal(10, Scan(10_001, lastSeq: 20));
        Assert.Equal(20, Scan(10_002, lastSeq: 30));
    }

    [Theory]
    [InlineData(false, 0, 10_000)]
    [InlineData(true, 0, 1_000)]
    [InlineData(true, 300, 6_000)]
    public void A_lane_is_swept_each_ten_seconds_an_empty_one_each_second_and_never_for_more_than_a_twentieth_of_the_time(
        bool isEmpty, int tookMs, int everyMs)
    {
        // After more than a minute what stood 30 s ago is no longer the start.
        var sweeps = new List<int>();
        for (var at = 0; at <= 100_000; at += 100)
        {
            var from = isEmpty ? Scan(at, lastSeq: 0, isExhausted: true, head: at + 1, tookMs) : Scan(at, lastSeq: at + 1, took: tookMs);
            if (from == 0 && at > 65_000)
                sweeps.Add(at);
        }

        Assert.NotEmpty(sweeps);
        Assert.All(sweeps.Zip(sweeps.Skip(1)), pair => Assert.Equal(everyMs, pair.Second - pair.First));
    }

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(100, 2_000)]
    public void A_lane_is_looked_at_again_from_half_a_minute_back_each_second_and_never_for_more_than_a_twentieth_of_the_time(int tookMs, int everyMs)
    {
        // A seq a millisecond: 30 s back are 30,000 of them. A full sweep looks further still.
        var looks = new List<int>();
        for (var at = 0; at <= 120_000; at += 50)
        {
            if (at - Scan(at, lastSeq: at + 1, took: tookMs) > 20_000 && at > 70_000)
                looks.Add(at);
        }

        Assert.NotEmpty(looks);
        Assert.All(looks.Zip(looks.Skip(1)), pair => Assert.Equal(everyMs, pair.Second - pair.First));
    }

    [Fact]
    public void A_sweep_that_stopped_at_its_share_goes_on_though_another_scan_ended_after_it()
    {
        Scan(0, lastSeq: 50_000);
        Scan(9_800, lastSeq: 50_000);
        var (sweep, sweepFrom) = cursor.Begin(TimeSpan.FromMilliseconds(10_000));
        var (other, otherFrom) = cursor.Begin(TimeSpan.FromMilliseconds(10_001));
        Assert.Equal((0, 50_000, LaneScan.Full), (sweepFrom, otherFrom, sweep));
        Assert.NotEqual(LaneScan.Full, other);

        End(sweep, sweepFrom, lastSeq: 1_000);
        End(other, otherFrom, lastSeq: 51_000);

        Assert.Equal(1_000, Scan(10_002, lastSeq: 2_000));
        Assert.Equal(2_000, Scan(10_003, lastSeq: 3_000));

        void End(LaneScan scan, long from, long lastSeq) =>
            cursor.End(scan, from, TimeSpan.FromMilliseconds(10_002), lastSeq, isExhausted: false, headSeq: 60_000, TimeSpan.Zero);
    }

    private long Scan(int atMs, long lastSeq, bool isExhausted = false, long head = 0, int took = 0)
    {
        var (scan, from) = cursor.Begin(TimeSpan.FromMilliseconds(atMs));
        cursor.End(scan, from, TimeSpan.FromMilliseconds(atMs), lastSeq, isExhausted, Math.Max(head, lastSeq), TimeSpan.FromMilliseconds(took));
        return from;
    }
}
