namespace JobService.Api.JobTypes;

/// <summary>A page of job types.</summary>
internal sealed record JobTypeListResponse
{
    /// <summary>The types, by name.</summary>
    public required IReadOnlyList<JobTypeItemResponse> Items { get; init; }

    /// <summary>The <c>cursor</c> of the next page; null when this is the last.</summary>
    public required string? NextCursor { get; init; }
}
