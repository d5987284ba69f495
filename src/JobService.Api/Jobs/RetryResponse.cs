using JobService.Core.Retries;
using JobService.Core.Timeouts;

namespace JobService.Api.Jobs;

/// <summary>When a failed attempt is followed by another.</summary>
internal sealed record RetryResponse
{
    /// <example>10</example>
    public required int MaxAttempts { get; init; }

    /// <example>exponential</example>
    public required string Backoff { get; init; }

    /// <example>10s</example>
    public required string Base { get; init; }

    /// <example>2</example>
    public required double Factor { get; init; }

    /// <example>1h</example>
    public required string Max { get; init; }

    /// <example>equal</example>
    public required string Jitter { get; init; }

    /// <summary>Of the kind <c>list</c>.</summary>
    public required IReadOnlyList<string>? Delays { get; init; }

    public required string? MaxElapsed { get; init; }

    public required IReadOnlyList<string> RetryOn { get; init; }

    public required IReadOnlyList<string> FailOn { get; init; }

    public static RetryResponse From(RetryPolicy retry) => new()
    {
        MaxAttempts = retry.MaxAttempts,
        Backoff = retry.Backoff.ToString().ToLowerInvariant(),
        Base = DurationText.Format(retry.Base),
        Factor = retry.Factor,
        Max = DurationText.Format(retry.Max),
        Jitter = retry.Jitter.ToString().ToLowerInvariant(),
        Delays = retry.Delays.Count == 0 ? null : [.. retry.Delays.Select(DurationText.Format)],
        MaxElapsed = retry.MaxElapsed is { } maxElapsed ? DurationText.Format(maxElapsed) : null,
        RetryOn = retry.RetryOn,
        FailOn = retry.FailOn,
    };
}
