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

    /// <summary>Globs of the queues it serves; default all.</summary>
    public IReadOnlyCollection<string> Queues { get; init; } = ["*"];

    /// <summary>Whether a suspect, a job whose worker was lost more than once, may be among them; suspects run one at a time.</summary>
    public bool AllowSuspect { get; init; } = true;
}
