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
}
