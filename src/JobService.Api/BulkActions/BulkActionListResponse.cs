namespace JobService.Api.BulkActions;

/// <summary>A page of bulk actions, newest first.</summary>
internal sealed record BulkActionListResponse
{
    public required IReadOnlyList<BulkActionResponse> Items { get; init; }

    /// <summary>Asks for the page behind this one; null when there is none.</summary>
    public required string? NextCursor { get; init; }
}
