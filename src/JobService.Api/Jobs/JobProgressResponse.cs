namespace JobService.Api.Jobs;

/// <summary>How far a running job is, as its handler says.</summary>
internal sealed record JobProgressResponse
{
    /// <example>40</example>
    public required double Value { get; init; }

    /// <example>100</example>
    public required double Max { get; init; }

    public string? Message { get; init; }
}
