using CsCheck;
using JobService.Core.Queues;

namespace JobService.Core.Tests.Queues;

public sealed class DurationHistogramTests
{
    /// <summary>From nothing to ten days, as likely short as long.</summary>
    private static readonly Gen<double[]> Milliseconds = Gen.Double[-1, 8.9].Select(exponent => Math.Pow(10, exponent)).Array[1, 300];

    [Fact]
    public void Percentiles_are_right_to_within_their_bucket_and_a_millisecond() => Milliseconds.Sample(durations =>
    {
        var histogram = new DurationHistogram();

        // In two parts, of which either may be longer.
        foreach (var part in durations.Chunk(durations.Length / 2 + 1))
            histogram.Add(Counts(part));

        var percentiles = histogram.Percentiles()!;
        Array.Sort(durations);
        AssertNear(durations, 0.50, percentiles.P50);
        AssertNear(durations, 0.95, percentiles.P95);
        AssertNear(durations, 0.99, percentiles.P99);
    });

    [Fact]
    public void Of_nothing_there_are_none()
    {
        var histogram = new DurationHistogram();
        histogram.Add([]);
        histogram.Add([0, 0]);

        Assert.Null(histogram.Percentiles());
    }

    [Fact]
    public void What_took_no_time_took_a_millisecond_at_most()
    {
        var histogram = new DurationHistogram();
        histogram.Add([5]);

        Assert.Equal(TimeSpan.FromMilliseconds(1), histogram.Percentiles()!.P99);
    }

    private static void AssertNear(double[] sorted, double fraction, TimeSpan told)
    {
        var exact = sorted[(int)Math.Ceiling(fraction * sorted.Length) - 1];
        Assert.InRange(told.TotalMilliseconds, exact / 1.42, exact * 1.42 + 1);
    }

    /// <summary>As the database counts them.</summary>
    private static int[] Counts(double[] durations)
    {
        var buckets = durations.Select(ms => (int)Math.Min(60, Math.Ceiling(2 * Math.Log2(Math.Max(1, ms))))).ToArray();
        var counts = new int[buckets.DefaultIfEmpty(-1).Max() + 1];
        foreach (var bucket in buckets)
            counts[bucket]++;
        return counts;
    }
}
