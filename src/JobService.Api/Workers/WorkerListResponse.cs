namespace JobService.Api.Workers;

/// <summary>The workers.</summary>
internal sealed record WorkerListResponse
{
    public required IReadOnlyList<WorkerResponse> Items { get; init; }
}
