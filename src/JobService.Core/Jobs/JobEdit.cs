using JobService.Core.Queues;

namespace JobService.Core.Jobs;

/// <summary>What changes in a job that waits; a null leaves that as it is.</summary>
public sealed record JobEdit
{
    public DateTimeOffset? RunAt { get; init; }

    public JobPriority? Priority { get; init; }

    public QueueName? Queue { get; init; }

    /// <summary>What decided <see cref="Queue"/>, as <see cref="NewJob.RoutedBy"/> has it: <c>request</c> unless something else is said. It says nothing where the queue stays.</summary>
    public string? RoutedBy { get; init; } = "request";

    public ReadOnlyMemory<byte>? Payload { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>The revision the caller knows: another one in the store refuses the edit. Null edits whatever is there.</summary>
    public int? ExpectedRevision { get; init; }
}
