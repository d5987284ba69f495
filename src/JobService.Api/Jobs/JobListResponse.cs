namespace JobService.Api.Jobs;

/// <summary>A page of jobs, newest first.</summary>
internal sealed record JobListResponse
{
    public required IReadOnlyList<JobResponse> Items { get; init; }

    /// <summary>Give it as <c>cursor</c>, with the same filter, for the next page; null on the last.</summary>
    public required string? NextCursor { get; init; }

    /// <summary>Whether the search ran out of its two seconds before the page was full. What it has found is here, and <c>nextCursor</c> goes on from where it stood.</summary>
    /// <example>false</example>
    public required bool Partial { get; init; }

    /// <summary>Of a partial page: about how far back in time it has looked, to be shown; <c>nextCursor</c> is what goes on from there. Null of any other, and where it has not come to the first.</summary>
    public required DateTimeOffset? SearchedTo { get; init; }
}
