namespace JobService.Api.Jobs;

/// <summary>The jobs that were enqueued, in the order they were given.</summary>
internal sealed record BulkEnqueueResponse
{
    public required IReadOnlyList<BulkEnqueuedItem> Items { get; init; }
}
