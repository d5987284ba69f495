namespace JobService.Api.Jobs;

/// <summary>A job's story, in the order of time.</summary>
internal sealed record TimelineResponse
{
    public required IReadOnlyList<TimelineItem> Items { get; init; }
}
