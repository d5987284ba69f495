namespace JobService.Api.Jobs;

/// <summary>What a job's handlers logged, in order. Empty in this version: handlers can't log to their job yet.</summary>
internal sealed record LogListResponse
{
    public required IReadOnlyList<LogLineResponse> Items { get; init; }

    /// <summary>Give it as <c>after</c> for the lines that follow; null when there are none yet.</summary>
    public required long? NextAfter { get; init; }
}
