namespace JobService.Api.Jobs;

/// <summary>A page of jobs, newest first.</summary>
internal sealed record JobListResponse
{
    public required IReadOnlyList<JobResponse> Items { get; init; }

    /// <summary>Give it as <c>cursor</c>, with the same filter, for the next page; null on the last.</summary>
    public required string? NextCursor { get; init; }
}
