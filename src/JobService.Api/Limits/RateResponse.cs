using JobService.Core.Rates;
using JobService.Core.Timeouts;

namespace JobService.Api.Limits;

/// <summary>So many starts in a time.</summary>
internal sealed record RateResponse
{
    /// <example>100</example>
    public required int Limit { get; init; }

    /// <example>1m</example>
    public required string Per { get; init; }

    /// <summary>How many may start at once after a pause.</summary>
    /// <example>10</example>
    public required int Burst { get; init; }

    public static RateResponse? From(RateLimit? rate) => rate is null ? null : new() { Limit = rate.Limit, Per = DurationText.Format(rate.Per), Burst = rate.Burst };
}
