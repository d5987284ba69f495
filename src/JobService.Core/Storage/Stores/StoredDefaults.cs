using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Retries;
using JobService.Core.Timeouts;

namespace JobService.Core.Storage.Stores;

/// <summary><see cref="JobDefaults"/> as they are stored.</summary>
internal sealed record StoredDefaults
{
    public string? Queue { get; init; }

    public int? Priority { get; init; }

    public RetryPolicy? Retry { get; init; }

    public TimeoutPolicy? Timeout { get; init; }

    public IReadOnlyList<string>? LimitKeys { get; init; }

    public static StoredDefaults Of(JobDefaults defaults) => new()
    {
        Queue = defaults.Queue?.Name,
        Priority = defaults.Priority?.Value,
        Retry = defaults.Retry,
        Timeout = defaults.Timeout,
        LimitKeys = defaults.LimitKeys is { } keys ? [.. keys.Select(key => key.Text)] : null,
    };

    public JobDefaults ToDefaults() => new()
    {
        Queue = Queue is null ? null : QueueName.Parse(Queue),
        Priority = Priority is { } priority ? new JobPriority(priority) : null,
        Retry = Retry,
        Timeout = Timeout,
        LimitKeys = LimitKeys is { } keys ? [.. keys.Select(LimitKey.Parse)] : null,
    };
}
