namespace JobService.Api.Jobs;

/// <summary>The attempts of a job.</summary>
internal sealed record AttemptListResponse
{
    public required IReadOnlyList<AttemptResponse> Items { get; init; }
}
