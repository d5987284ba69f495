using JobService.Core.Errors;
using JobService.Core.Keys;
using JobService.Core.Retries;
using JobService.Core.Sequences;
using JobService.Core.Timeouts;

namespace JobService.Core.Jobs;

/// <summary>How a job is retried, limited and kept: settled when it is enqueued, the same for its whole life.</summary>
public sealed record JobPolicies
{
    public static readonly JobPolicies Default = new();

    private static readonly TimeSpan LongestKeepResult = TimeSpan.FromDays(365);

    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    public TimeoutPolicy Timeout { get; init; } = TimeoutPolicy.Default;

    /// <summary>How long the result stays readable after the job finished: up to 365 days; null for as long as the job itself is kept.</summary>
    public TimeSpan? KeepResult { get; init; }

    /// <summary>By what it is the only one of its kind; null where it needn't be.</summary>
    public UniquePolicy? Unique { get; init; }

    /// <summary>The sequence it is of, whose jobs run one after the other; null where it is of none.</summary>
    public SequencePolicy? Sequence { get; init; }

    /// <summary>What is wrong with how it is retried and kept; limits are right from <see cref="TimeoutPolicy.Of"/> on.</summary>
    /// <param name="at">The pointer to what has the policies.</param>
    public IEnumerable<Fault> Check(string at)
    {
        var keepResult = Fault.OutOfRange(at + "/keepResult", KeepResult, TimeSpan.Zero, LongestKeepResult, "from 0 to 365 days");
        return Retry.Check(at + "/retry").Concat(keepResult is null ? [] : [keepResult]).Concat(Unique?.Check(at + "/unique") ?? []);
    }
}
