using JobService.Core.Jobs;

namespace JobService.Conformance.Stores;

/// <summary>What can be seen of a job, but for times, which no two implementations share.</summary>
public sealed record JobSight
{
    public required JobState State { get; init; }

    public required string Queue { get; init; }

    public required string? RoutedBy { get; init; }

    public required int Priority { get; init; }

    public required string LimitKeys { get; init; }

    public required string? Payload { get; init; }

    public required string Tags { get; init; }

    public required int Attempt { get; init; }

    public required int MaxAttempts { get; init; }

    public required int Crashes { get; init; }

    public required string? Reason { get; init; }

    public required string? Result { get; init; }

    public required string? LastError { get; init; }

    public required bool IsCancelRequested { get; init; }

    public required bool IsErased { get; init; }

    public required int Revision { get; init; }

    public static JobSight Of(Job job) => new()
    {
        State = job.State,
        Queue = job.Queue.Name,
        RoutedBy = job.RoutedBy,
        Priority = job.Priority.Value,
        LimitKeys = Write(job.LimitKeys),
        Payload = job.Payload,
        Tags = Write(job.Tags),
        Attempt = job.Attempt,
        MaxAttempts = job.MaxAttempts,
        Crashes = job.Crashes,
        Reason = job.Reason,
        Result = job.Result,
        LastError = job.LastError is { } error ? $"{error.Attempt}: {error.Outcome} {error.Error?.Type}" : null,
        IsCancelRequested = job.CancelRequestedAt is not null,
        IsErased = job.IsErased,
        Revision = job.Revision,
    };

    public static string Write(IReadOnlyList<LimitKey> keys) => string.Join(' ', keys);

    public static string Write(IReadOnlyDictionary<string, string> tags) =>
        string.Join(' ', tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));
}
