using JobService.Core.Keys;
using JobService.Core.Sequences;

namespace JobService.Core.Storage.EntityFramework;

/// <summary>What a caller may say of a job beside its type and payload, as <c>POST /jobs</c> takes it. A member that is null is left to the job's type, the routing rules and the defaults.</summary>
public sealed record NewJobOptions
{
    internal static readonly NewJobOptions None = new();

    /// <summary>The queue it waits in, <c>^[a-z0-9][a-z0-9._:-]{0,127}$</c>; made when its first job comes.</summary>
    public string? Queue { get; init; }

    /// <summary>0 to 9, default 5; 9 runs first.</summary>
    public int? Priority { get; init; }

    /// <summary>Not before this time; excludes <see cref="Delay"/>.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>Not before this long from the call, at most ten years; excludes <see cref="RunAt"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Does not start after this time; it then fails as <c>expired</c>.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The end of its whole life, retries and running included.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>When a failed attempt is followed by another.</summary>
    public NewJobRetry? Retry { get; init; }

    /// <summary>After this the handler is asked to stop: 1 ms to 7 days, default 5 min, or what leaves the default grace before <see cref="HardLimit"/>.</summary>
    public TimeSpan? SoftLimit { get; init; }

    /// <summary>After this the attempt is given up: from <see cref="SoftLimit"/> to 7 days, default <see cref="SoftLimit"/> + 30 s.</summary>
    public TimeSpan? HardLimit { get; init; }

    /// <summary>By what it is the only one of its kind; null where any number of the same may be enqueued.</summary>
    public UniquePolicy? Unique { get; init; }

    /// <summary>The sequence it is of, whose jobs run one after the other in the order of their commits; null where it is of none.</summary>
    public SequencePolicy? Sequence { get; init; }

    /// <summary>Up to 8 keys it is limited by beside its queue and its type.</summary>
    public IReadOnlyList<string>? LimitKeys { get; init; }

    /// <summary>Up to 32 words to find it by.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Anything that is written as a JSON object, up to 16 KiB; shown again with the job.</summary>
    public object? Metadata { get; init; }

    /// <summary>How long the result can be read once the job finished: 0 to 365 days; null for as long as the job is kept.</summary>
    public TimeSpan? KeepResult { get; init; }
}
