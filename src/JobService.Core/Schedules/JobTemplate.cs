using System.Collections.Frozen;
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

    /// <inheritdoc cref="NewJob.RoutedBy"/>
    public string? RoutedBy { get; init; }

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
        RoutedBy = RoutedBy,
        RunAt = runAt,
        Schedule = schedule,
        CreatedBy = actor ?? $"schedule:{schedule.Name}",
    };
}
