namespace JobService.Api.Jobs;

/// <summary>What would become of a job.</summary>
internal sealed record ValidationResponse
{
    /// <example>email.send</example>
    public required string Type { get; init; }

    /// <summary>The queue it would go to.</summary>
    /// <example>high</example>
    public required string Queue { get; init; }

    /// <summary>What decided the queue: <c>request</c>, <c>type</c>, the first rule it met as <c>rule:…</c>, also where that leaves the queue the default, or <c>default</c> where it met none.</summary>
    /// <example>request</example>
    public required string RoutedBy { get; init; }

    /// <summary>The first routing rule that it meets, which settles what neither its caller nor its type does; null where it meets none.</summary>
    /// <example>payments</example>
    public required string? Rule { get; init; }

    /// <example>5</example>
    public required int Priority { get; init; }

    /// <summary>Names of the limits it would run under.</summary>
    /// <example>["bank-api"]</example>
    public required IReadOnlyList<string> LimitKeys { get; init; }

    public required RetryResponse Retry { get; init; }

    public required TimeoutResponse Timeout { get; init; }

    /// <summary>How long its result would be kept; null for as long as the job.</summary>
    /// <example>7d</example>
    public required string? KeepResult { get; init; }

    public required UniqueResponse? Unique { get; init; }

    /// <summary>The sequence it would be of.</summary>
    public required JobSequenceResponse? Sequence { get; init; }

    /// <summary>Whether uniqueness would answer with a job that is there already.</summary>
    public required bool Deduplicated { get; init; }

    /// <summary>The job that holds its unique key and would answer for it.</summary>
    /// <example>0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f</example>
    public required string? DeduplicatedBy { get; init; }
}
