using JobService.Core.Jobs;
using JobService.Core.Leases;

namespace JobService.Core.Claiming;

/// <summary>What a worker asks for: up to <see cref="MaxJobs"/> of the types it knows, from every queue or those it serves.</summary>
public sealed record ClaimRequest
{
    public required WorkerId Worker { get; init; }

    /// <summary>At least 1.</summary>
    public required int MaxJobs { get; init; }

    /// <summary>The types the worker has handlers for; it is never given another.</summary>
    public required IReadOnlyCollection<JobType> Types { get; init; }

    /// <summary>The queues it serves; default all. A queue is served as the first says that it matches, and by no other.</summary>
    public IReadOnlyList<QueueSelection> Queues { get; init; } = [QueueSelection.All];

    /// <summary>Which of them come first. Within a queue it is always priority, and then age.</summary>
    public QueueOrder Order { get; init; } = QueueOrder.Weighted;

    /// <summary>Whether a suspect, a job whose worker was lost more than once, may be among them; suspects run one at a time.</summary>
    public bool AllowSuspect { get; init; } = true;
}
