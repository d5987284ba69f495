using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

/// <summary>What is settled of a job where its caller does not say; a member that is null settles nothing.</summary>
internal sealed record JobDefaultsResponse
{
    /// <example>payments</example>
    public required string? Queue { get; init; }

    /// <example>7</example>
    public required int? Priority { get; init; }

    public required RetryResponse? Retry { get; init; }

    public required TimeoutResponse? Timeout { get; init; }

    /// <summary>Names of the limits it runs under.</summary>
    public required IReadOnlyList<string>? LimitKeys { get; init; }

    public static JobDefaultsResponse From(JobDefaults defaults) => new()
    {
        Queue = defaults.Queue?.Name,
        Priority = defaults.Priority?.Value,
        Retry = defaults.Retry is { } retry ? RetryResponse.From(retry) : null,
        Timeout = defaults.Timeout is { } timeout ? TimeoutResponse.From(timeout) : null,
        LimitKeys = defaults.LimitKeys is { } keys ? [.. keys.Select(key => key.Text)] : null,
    };
}
