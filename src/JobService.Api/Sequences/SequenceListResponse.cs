namespace JobService.Api.Sequences;

/// <summary>A page of sequences, by key.</summary>
internal sealed record SequenceListResponse
{
    public required IReadOnlyList<SequenceResponse> Items { get; init; }

    /// <summary>Asks for the page behind this one; null when there is none.</summary>
    public required string? NextCursor { get; init; }
}
