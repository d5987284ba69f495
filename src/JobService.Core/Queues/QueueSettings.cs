using JobService.Core.Errors;

namespace JobService.Core.Queues;

/// <summary>How a queue is served.</summary>
public sealed record QueueSettings
{
    public const int DefaultWeight = 1;
    public const int HeaviestWeight = 1_000;

    private static readonly TimeSpan ShortestRetention = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(3_650);

    /// <summary>Its share of the claims, beside those of other queues, where a worker does not say itself: 1–1,000, default 1.</summary>
    public int Weight { get; init; } = DefaultWeight;

    /// <summary>How long its final jobs are kept after they ended, where that is sooner than the service lets go of them: 1 hour to 3,650 days. Null leaves it to the service.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>What is wrong with them.</summary>
    public IEnumerable<Fault> Check()
    {
        if (Fault.OutOfRange<int>("/weight", Weight, 1, HeaviestWeight) is { } weight)
            yield return weight;
        if (Fault.OutOfRange("/retention", Retention, ShortestRetention, LongestRetention, "from 1 hour to 3650 days") is { } retention)
            yield return retention;
    }
}
