using JobService.Core.Errors;
using JobService.Core.Rates;

namespace JobService.Core.Queues;

/// <summary>How a queue is served.</summary>
public sealed record QueueSettings
{
    public const int DefaultWeight = 1;
    public const int HeaviestWeight = 1_000;

    private const int MostRunning = 1_000_000;
    private const int DeepestQueue = 100_000_000;

    private static readonly TimeSpan ShortestRetention = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(3_650);

    /// <summary>Its share of the claims, beside those of other queues, where a worker does not say itself: 1–1,000, default 1.</summary>
    public int Weight { get; init; } = DefaultWeight;

    /// <summary>How many of its jobs run at once, on all workers together: 0 to 1,000,000; null for any number. It is the limit of the key <c>queue:</c> and its name.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>How many of its jobs start in a time; null for any number. Of the same limit.</summary>
    public RateLimit? Rate { get; init; }

    /// <summary>How many jobs may wait in it, whatever they wait for, before more are refused: 1 to 100,000,000; null for as many as come.</summary>
    public int? MaxDepth { get; init; }

    /// <summary>How long its final jobs are kept after they ended, where that is sooner than the service lets go of them: 1 hour to 3,650 days. Null leaves it to the service.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>What is wrong with them.</summary>
    public IEnumerable<Fault> Check()
    {
        if (Fault.OutOfRange<int>("/weight", Weight, 1, HeaviestWeight) is { } weight)
            yield return weight;
        if (Fault.OutOfRange("/maxRunning", MaxRunning, 0, MostRunning) is { } running)
            yield return running;
        foreach (var rate in Rate?.Check("/rate") ?? [])
            yield return rate;
        if (Fault.OutOfRange("/maxDepth", MaxDepth, 1, DeepestQueue) is { } depth)
            yield return depth;
        if (Fault.OutOfRange("/retention", Retention, ShortestRetention, LongestRetention, "from 1 hour to 3650 days") is { } retention)
            yield return retention;
    }
}
