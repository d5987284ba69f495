using System.Text;
using JobService.Core.Errors;
using JobService.Core.Keys;
using JobService.Core.Queues;

namespace JobService.Core.Jobs;

/// <summary>A job to be enqueued, valid in itself; the database decides whether it is due.</summary>
public sealed record NewJob
{
    private const int MaxMetadataBytes = 16 * 1024;

    public required JobId Id { get; init; }

    public required JobType Type { get; init; }

    /// <summary>The input as UTF-8 JSON, kept to the byte; <c>null</c> when none was given.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    public QueueName Queue { get; init; } = QueueName.Default;

    public JobPriority Priority { get; init; } = JobPriority.Default;

    /// <summary>Not before this instant; excludes <see cref="Delay"/>.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>Not before this long after the insert, by the database's clock.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Does not start after this instant.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The end of its whole life, retries and running included.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public JobPolicies Policies { get; init; } = JobPolicies.Default;

    /// <summary>The key that <see cref="JobPolicies.Unique"/> makes of its type and payload; null where there is no such policy.</summary>
    public KeyHash? UniqueKey { get; init; }

    /// <summary>Whether it may wait for other calls when it is enqueued: for those with its unique key, or of its sequence.</summary>
    public bool NeedsLocks => UniqueKey is not null || Policies.Sequence is not null;

    public IReadOnlyDictionary<string, string> Tags { get; init; } = EmptyTags;

    /// <summary>The keys it is limited by beside those of its queue and its type: up to <see cref="LimitKey.MaxPerJob"/>, each once, kept in order.</summary>
    public IReadOnlyList<LimitKey> LimitKeys { get; init => field = LimitKey.InOrder(value); } = [];

    /// <summary>An object of the caller's own as UTF-8 JSON, up to 16 KiB; null when none was given.</summary>
    public ReadOnlyMemory<byte>? Metadata { get; init; }

    /// <summary>What decided the queue: <c>request</c>, <c>type</c>, or the rule that was met, such as <c>rule:payments</c>, also where it leaves the queue the default; null where nothing did, so that it is the default.</summary>
    public string? RoutedBy { get; init; }

    /// <summary>Who enqueues it: the name of an API key; null for the service itself or a developer on this machine.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>The occurrence of a schedule it is for; null for one that a program enqueued.</summary>
    public JobSchedule? Schedule { get; init; }

    /// <summary>The job this one repeats.</summary>
    public JobId? ReplayOf { get; init; }

    /// <summary>W3C trace context of the caller; each attempt continues it.</summary>
    public string? TraceParent { get; init; }

    public string? TraceState { get; init; }

    /// <summary>Another job of the same type and payload: all is taken over but the times, also by what it is unique; its key is still to be made. The payload is <c>null</c> where it was erased.</summary>
    public static NewJob Replay(Job original, JobId id) => new()
    {
        Id = id,
        Type = original.Type,
        Payload = Encoding.UTF8.GetBytes(original.Payload ?? "null"),
        Queue = original.Queue,
        Priority = original.Priority,
        Policies = original.Policies,
        Tags = original.Tags,
        Metadata = original.Metadata is { } metadata ? (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(metadata) : null,
        RoutedBy = original.RoutedBy,
        LimitKeys = original.LimitKeys,
        ReplayOf = original.Id,
        Schedule = original.Schedule,
    };

    /// <summary>What is wrong with metadata of so many <paramref name="bytes"/>; null where nothing is.</summary>
    public static Fault? CheckMetadata(string pointer, int bytes) =>
        bytes > MaxMetadataBytes ? new Fault(pointer, $"Expected at most {MaxMetadataBytes} bytes.") : null;

    private static IReadOnlyDictionary<string, string> EmptyTags { get; } = System.Collections.Frozen.FrozenDictionary<string, string>.Empty;
}
