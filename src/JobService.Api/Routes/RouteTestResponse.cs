namespace JobService.Api.Routes;

/// <summary>Which rule a job would meet.</summary>
internal sealed record RouteTestResponse
{
    /// <summary>The first rule that it meets; null where it meets none.</summary>
    /// <example>payments</example>
    public required string? Rule { get; init; }

    /// <summary>The queue it would go to, which its caller or its type may have decided.</summary>
    /// <example>payments</example>
    public required string Queue { get; init; }

    /// <summary>What decided the queue: <c>request</c>, <c>type</c>, the first rule it met as <c>rule:…</c>, also where that leaves the queue the default, or <c>default</c> where it met none.</summary>
    /// <example>rule:payments</example>
    public required string RoutedBy { get; init; }

    /// <summary>The version of the rules that this node has, as the <c>ETag</c> tells it.</summary>
    /// <example>7</example>
    public required long Version { get; init; }

    /// <summary>What each rule says of it, up to the one that it meets.</summary>
    public required IReadOnlyList<RouteVerdictResponse> Rules { get; init; }
}
