namespace JobService.Api.BulkActions;

/// <summary>A job that nothing could be done with.</summary>
internal sealed record RefusedJobResponse
{
    public required string Job { get; init; }

    /// <example>The job is running.</example>
    public required string Detail { get; init; }
}
