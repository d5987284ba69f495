using JobService.Core.Jobs;

namespace JobService.Core.BulkActions;

/// <summary>Which jobs a bulk action is for. Pure.</summary>
public static class BulkActionRules
{
    private static readonly JobState[] Waiting = [JobState.Blocked, JobState.Scheduled, JobState.Queued, JobState.Retrying];
    private static readonly JobState[] Unsuccessful = [JobState.Failed, JobState.Cancelled];

    /// <summary>The states of jobs that it can do anything with.</summary>
    public static IReadOnlyList<JobState> Possible(BulkActionKind kind) => kind switch
    {
        BulkActionKind.Cancel => [.. Waiting, JobState.Running],
        BulkActionKind.Retry => [.. Unsuccessful, JobState.Succeeded],
        BulkActionKind.Delete => [.. Waiting, .. Unsuccessful, JobState.Succeeded],
        BulkActionKind.Replay => Enum.GetValues<JobState>(),
        _ => Waiting,
    };

    /// <summary>The states that it is for when the filter names none: of what ran well nothing is run once more unless someone says so.</summary>
    public static IReadOnlyList<JobState> Usual(BulkActionKind kind) =>
        kind is BulkActionKind.Retry or BulkActionKind.Replay ? Unsuccessful : Possible(kind);

    /// <summary>The jobs of a filter that it is for.</summary>
    public static JobFilter Jobs(BulkActionKind kind, JobFilter filter) => filter.States.Count > 0 ? filter : filter with { States = Usual(kind) };

    /// <summary>Whether a filter lets every job through.</summary>
    public static bool IsEmpty(JobFilter filter) =>
        filter is { States.Count: 0, TypeGlob: null, Queue: null, Tags.Count: 0, Worker: null, Schedule: null, CreatedFrom: null, CreatedTo: null };
}
