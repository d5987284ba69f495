using JobService.Core.Errors;
using JobService.Core.Queues;
using JobService.Core.Retries;
using JobService.Core.Timeouts;

namespace JobService.Core.Jobs;

/// <summary>What is settled of a job where its caller does not say: by its type, or by the routing rule it meets. A member that is null settles nothing.</summary>
public sealed record JobDefaults
{
    public static readonly JobDefaults None = new();

    public QueueName? Queue { get; init; }

    public JobPriority? Priority { get; init; }

    public RetryPolicy? Retry { get; init; }

    public TimeoutPolicy? Timeout { get; init; }

    /// <summary>The keys it is limited by, up to <see cref="LimitKey.MaxPerJob"/>; an empty list says that there are none.</summary>
    public IReadOnlyList<LimitKey>? LimitKeys { get; init; }

    /// <summary>What is wrong with how it retries; nothing where it may be stored. Limits of time are right from <see cref="TimeoutPolicy.Of"/> on.</summary>
    /// <param name="at">The pointer to it.</param>
    public IEnumerable<Fault> Check(string at) => Retry?.Check(at + "/retry") ?? [];

    /// <summary>Whether both settle the same.</summary>
    public bool Equals(JobDefaults? other) => other is not null
        && (Queue, Priority, Retry, Timeout) == (other.Queue, other.Priority, other.Retry, other.Timeout)
        && (LimitKeys is null ? other.LimitKeys is null : other.LimitKeys is not null && LimitKeys.SequenceEqual(other.LimitKeys));

    public override int GetHashCode() => HashCode.Combine(Queue, Priority, Retry, Timeout, LimitKeys?.Count);
}
