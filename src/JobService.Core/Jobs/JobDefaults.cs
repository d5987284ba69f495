using JobService.Core.Errors;
using JobService.Core.Queues;
using JobService.Core.Retries;
using JobService.Core.Timeouts;

namespace JobService.Core.Jobs;

/// <summary>What is settled of a job where its caller does not say: by its type, or by the routing rule it meets. A member that is null settles nothing.</summary>
public sealed record JobDefaults
{
    public static readonly JobDefaults None = new();

    public const int MaxLimitKeys = 16;

    public QueueName? Queue { get; init; }

    public JobPriority? Priority { get; init; }

    public RetryPolicy? Retry { get; init; }

    public TimeoutPolicy? Timeout { get; init; }

    /// <summary>Names of the limits it runs under, up to 16; an empty list says that there are none.</summary>
    public IReadOnlyList<string>? LimitKeys { get; init; }

    /// <summary>What is wrong with its limit keys and how it retries; nothing where it may be stored. Limits of time are right from <see cref="TimeoutPolicy.Of"/> on.</summary>
    /// <param name="at">The pointer to it.</param>
    public IEnumerable<Fault> Check(string at) => CheckLimitKeys(at + "/limitKeys").Concat(Retry?.Check(at + "/retry") ?? []);

    /// <summary>Whether both settle the same.</summary>
    public bool Equals(JobDefaults? other) => other is not null
        && (Queue, Priority, Retry, Timeout) == (other.Queue, other.Priority, other.Retry, other.Timeout)
        && (LimitKeys is null ? other.LimitKeys is null : other.LimitKeys is not null && LimitKeys.SequenceEqual(other.LimitKeys, StringComparer.Ordinal));

    public override int GetHashCode() => HashCode.Combine(Queue, Priority, Retry, Timeout, LimitKeys?.Count);

    private IEnumerable<Fault> CheckLimitKeys(string at)
    {
        if (LimitKeys is null)
            yield break;
        if (LimitKeys.Count > MaxLimitKeys)
            yield return new Fault(at, $"Expected at most {MaxLimitKeys} keys.");
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < LimitKeys.Count; i++)
        {
            if (!NamePattern.IsMatch(LimitKeys[i]))
                yield return new Fault(FormattableString.Invariant($"{at}/{i}"), $"Expected a name that matches {NamePattern.Expression}.");
            else if (!known.Add(LimitKeys[i]))
                yield return new Fault(FormattableString.Invariant($"{at}/{i}"), "This key stands here twice.");
        }
    }
}
