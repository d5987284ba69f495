namespace JobService.Api.Queues;

/// <summary>The queues.</summary>
internal sealed record QueueListResponse
{
    public required IReadOnlyList<QueueStatisticsResponse> Items { get; init; }
}
