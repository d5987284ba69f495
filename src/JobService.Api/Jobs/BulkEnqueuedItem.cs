namespace JobService.Api.Jobs;

/// <summary>One of many jobs that were enqueued.</summary>
internal sealed record BulkEnqueuedItem
{
    /// <example>0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f</example>
    public required string Id { get; init; }

    /// <summary>Whether uniqueness answered with a job that was there already.</summary>
    public required bool Deduplicated { get; init; }
}
