namespace JobService.Core.Queues;

/// <summary>
/// How many durations were of each length: bucket 0 holds those up to 1 ms, and from then on there are two buckets for each doubling, as
/// <c>jobservice.bucket_of</c> has them.
/// </summary>
internal sealed class DurationHistogram
{
    private readonly List<long> counts = [];

    /// <summary>Adds what was counted by bucket, from bucket 0 on.</summary>
    public void Add(IReadOnlyList<int> counted)
    {
        for (var bucket = 0; bucket < counted.Count; bucket++)
        {
            if (bucket == counts.Count)
                counts.Add(0);
            counts[bucket] += counted[bucket];
        }
    }

    /// <summary>Null where nothing was counted.</summary>
    public DurationPercentiles? Percentiles() => counts.Sum() is var total and > 0 ? new(Percentile(total, 0.50), Percentile(total, 0.95), Percentile(total, 0.99)) : null;

    /// <summary>The duration of that rank, by where in its bucket it would be if those in there were spread evenly; in whole milliseconds, so never less than one.</summary>
    private TimeSpan Percentile(long total, double fraction)
    {
        var rank = Math.Ceiling(fraction * total);
        var bucket = 0;
        for (; rank > counts[bucket]; bucket++)
            rank -= counts[bucket];

        var (lowest, highest) = (bucket == 0 ? 0 : Math.Pow(2, (bucket - 1) / 2.0), Math.Pow(2, bucket / 2.0));
        return TimeSpan.FromMilliseconds(Math.Ceiling(lowest + (highest - lowest) * rank / counts[bucket]));
    }
}
