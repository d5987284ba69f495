namespace JobService.Core.Queues;

/// <summary>How long something took: at most <c>P50</c> in half of the cases, and so on. Each is right to within a factor of 1.42.</summary>
public sealed record DurationPercentiles(TimeSpan P50, TimeSpan P95, TimeSpan P99);
