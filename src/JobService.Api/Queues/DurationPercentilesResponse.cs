using JobService.Core.Queues;
using JobService.Core.Timeouts;

namespace JobService.Api.Queues;

/// <summary>How long it took at most in half of the cases, in 95 and in 99 of 100; to within a factor of 1.42, since only buckets are kept.</summary>
internal sealed record DurationPercentilesResponse
{
    /// <example>120ms</example>
    public required string P50 { get; init; }

    /// <example>480ms</example>
    public required string P95 { get; init; }

    /// <example>1s310ms</example>
    public required string P99 { get; init; }

    public static DurationPercentilesResponse? From(DurationPercentiles? percentiles) => percentiles is null ? null : new()
    {
        P50 = DurationText.Format(percentiles.P50),
        P95 = DurationText.Format(percentiles.P95),
        P99 = DurationText.Format(percentiles.P99),
    };
}
