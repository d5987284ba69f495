using JobService.Core.Timeouts;

namespace JobService.Api.Jobs;

/// <summary>How long an attempt may take.</summary>
internal sealed record TimeoutResponse
{
    /// <example>5m</example>
    public required string Soft { get; init; }

    /// <example>5m30s</example>
    public required string Hard { get; init; }

    public static TimeoutResponse From(TimeoutPolicy timeout) => new() { Soft = DurationText.Format(timeout.Soft), Hard = DurationText.Format(timeout.Hard) };
}
