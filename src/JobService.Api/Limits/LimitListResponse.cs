namespace JobService.Api.Limits;

/// <summary>A page of limits, by key.</summary>
internal sealed record LimitListResponse
{
    public required IReadOnlyList<LimitResponse> Items { get; init; }

    /// <summary>Asks for the page behind this one; null when there is none.</summary>
    public required string? NextCursor { get; init; }
}
