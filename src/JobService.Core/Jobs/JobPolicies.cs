using JobService.Core.Retries;
using JobService.Core.Timeouts;

namespace JobService.Core.Jobs;

/// <summary>How a job is retried, limited and kept: settled when it is enqueued, the same for its whole life.</summary>
public sealed record JobPolicies
{
    public static readonly JobPolicies Default = new();

    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    public TimeoutPolicy Timeout { get; init; } = TimeoutPolicy.Default;

    /// <summary>How long the result stays readable after the job finished; null for as long as the job itself is kept.</summary>
    public TimeSpan? KeepResult { get; init; }
}
