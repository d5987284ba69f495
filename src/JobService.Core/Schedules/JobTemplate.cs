using System.Collections.Frozen;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Queues;

namespace JobService.Core.Schedules;

/// <summary>What the jobs of a schedule have in common.</summary>
public sealed record JobTemplate
{
    public required JobType Type { get; init; }

    /// <inheritdoc cref="NewJob.Payload"/>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    public QueueName Queue { get; init; } = QueueName.Default;

    public JobPriority Priority { get; init; } = JobPriority.Default;

    public JobPolicies Policies { get; init; } = JobPolicies.Default;

    public IReadOnlyDictionary<string, string> Tags { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <inheritdoc cref="NewJob.Metadata"/>
    public ReadOnlyMemory<byte>? Metadata { get; init; }

    /// <inheritdoc cref="NewJob.LimitKeys"/>
    public IReadOnlyList<LimitKey> LimitKeys { get; init => field = LimitKey.InOrder(value); } = [];

    /// <inheritdoc cref="NewJob.RoutedBy"/>
    public string? RoutedBy { get; init; }

    /// <summary>What is wrong with its tags, metadata and policies; nothing where they may be stored.</summary>
    /// <param name="at">The pointer to the template.</param>
    public IEnumerable<Fault> Check(string at)
    {
        var metadata = NewJob.CheckMetadata(at + "/metadata", Metadata?.Length ?? 0);
        return JobTags.Check(at + "/tags", Tags!).Concat(metadata is null ? [] : [metadata]).Concat(Policies.Check(at));
    }

    /// <summary>Whether the jobs of both are the same, to the byte.</summary>
    public bool Equals(JobTemplate? other) => other is not null
        && (Type, Queue, Priority, RoutedBy, Policies) == (other.Type, other.Queue, other.Priority, other.RoutedBy, other.Policies)
        && Payload.Span.SequenceEqual(other.Payload.Span)
        && LimitKeys.SequenceEqual(other.LimitKeys)
        && Metadata.HasValue == other.Metadata.HasValue
        && Metadata.GetValueOrDefault().Span.SequenceEqual(other.Metadata.GetValueOrDefault().Span)
        && Tags.Count == other.Tags.Count
        && Tags.All(tag => other.Tags.TryGetValue(tag.Key, out var value) && string.Equals(value, tag.Value, StringComparison.Ordinal));

    public override int GetHashCode() => HashCode.Combine(Type, Queue, Priority, RoutedBy, Policies, Payload.Length, Tags.Count);

    /// <summary>The job of one occurrence.</summary>
    /// <param name="id">Its own.</param>
    /// <param name="schedule">Which occurrence.</param>
    /// <param name="runAt">Not before this instant; null when it is due at once.</param>
    /// <param name="actor">Who asked for it; null when time did.</param>
    public NewJob ToJob(JobId id, JobSchedule schedule, DateTimeOffset? runAt, string? actor) => new()
    {
        Id = id,
        Type = Type,
        Payload = Payload,
        Queue = Queue,
        Priority = Priority,
        Policies = Policies,
        Tags = Tags,
        Metadata = Metadata,
        LimitKeys = LimitKeys,
        RoutedBy = RoutedBy,
        RunAt = runAt,
        Schedule = schedule,
        CreatedBy = actor ?? $"schedule:{schedule.Name}",
    };
}
