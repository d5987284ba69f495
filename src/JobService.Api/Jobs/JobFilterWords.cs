namespace JobService.Api.Jobs;

/// <summary>Which jobs, as a caller says it; null is what was not given.</summary>
internal sealed record JobFilterWords
{
    /// <summary>With commas between them.</summary>
    public string? State { get; init; }

    public string? Type { get; init; }

    public string? Queue { get; init; }

    /// <summary>Each as <c>key:value</c>.</summary>
    public IReadOnlyList<string?> Tags { get; init; } = [];

    public string? Worker { get; init; }

    public string? Schedule { get; init; }

    public string? CreatedFrom { get; init; }

    public string? CreatedTo { get; init; }
}
