using JobService.Core.Queues;

namespace JobService.Core.Jobs;

/// <summary>Which jobs a list shows; a null or empty member lets every job through.</summary>
public sealed record JobFilter
{
    public IReadOnlyList<JobState> States { get; init; } = [];

    /// <summary>A glob of types: <c>*</c> any run of characters, <c>?</c> any one.</summary>
    public string? TypeGlob { get; init; }

    public QueueName? Queue { get; init; }

    /// <summary>Tags the job must carry, each with this value.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = System.Collections.Frozen.FrozenDictionary<string, string>.Empty;

    /// <summary>The name of the worker that runs it or ran it last.</summary>
    public string? Worker { get; init; }

    /// <summary>The name of the schedule that made it, in one of the runs that are still told; a replay is not of its schedule.</summary>
    public string? Schedule { get; init; }

    /// <summary>Made at or after this instant, as its id tells.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Made before this instant, as its id tells.</summary>
    public DateTimeOffset? CreatedTo { get; init; }
}
