using System.Collections.Frozen;
using JobService.Core.Jobs;
using JobService.Core.Queues;

namespace JobService.Core.Storage.Stores;

/// <summary>A filter of jobs as it is stored.</summary>
internal sealed record StoredFilter
{
    public IReadOnlyList<JobState>? States { get; init; }

    public string? Type { get; init; }

    public string? Queue { get; init; }

    public Dictionary<string, string>? Tags { get; init; }

    public string? Worker { get; init; }

    public string? Schedule { get; init; }

    public DateTimeOffset? CreatedFrom { get; init; }

    public DateTimeOffset? CreatedTo { get; init; }

    public static StoredFilter Of(JobFilter filter) => new()
    {
        States = filter.States.Count == 0 ? null : filter.States,
        Type = filter.TypeGlob,
        Queue = filter.Queue?.Name,
        Tags = filter.Tags.Count == 0 ? null : new Dictionary<string, string>(filter.Tags, StringComparer.Ordinal),
        Worker = filter.Worker,
        Schedule = filter.Schedule,
        CreatedFrom = filter.CreatedFrom,
        CreatedTo = filter.CreatedTo,
    };

    public JobFilter ToFilter() => new()
    {
        States = States ?? [],
        TypeGlob = Type,
        Queue = Queue is { } queue ? QueueName.Parse(queue) : null,
        Tags = Tags ?? (IReadOnlyDictionary<string, string>)FrozenDictionary<string, string>.Empty,
        Worker = Worker,
        Schedule = Schedule,
        CreatedFrom = CreatedFrom,
        CreatedTo = CreatedTo,
    };
}
