namespace JobService.Api.Schedules;

/// <summary>A page of runs, newest first.</summary>
internal sealed record RunListResponse
{
    public required IReadOnlyList<RunResponse> Items { get; init; }

    /// <summary>Asks for the page behind this one; null when there is none.</summary>
    public required string? NextCursor { get; init; }
}
