using JobService.Core.Jobs;

namespace JobService.Api.BulkActions;

/// <summary>Which jobs, as it was asked; null is what was not.</summary>
internal sealed record BulkFilterResponse
{
    public required IReadOnlyList<JobState>? State { get; init; }

    /// <example>email.*</example>
    public required string? Type { get; init; }

    /// <example>low</example>
    public required string? Queue { get; init; }

    /// <summary>Each as <c>key:value</c>.</summary>
    public required IReadOnlyList<string>? Tag { get; init; }

    public required string? Worker { get; init; }

    public required string? Schedule { get; init; }

    public required DateTimeOffset? CreatedFrom { get; init; }

    public required DateTimeOffset? CreatedTo { get; init; }

    public static BulkFilterResponse From(JobFilter filter) => new()
    {
        State = filter.States.Count > 0 ? filter.States : null,
        Type = filter.TypeGlob,
        Queue = filter.Queue?.Name,
        Tag = filter.Tags.Count > 0 ? [.. filter.Tags.Select(tag => $"{tag.Key}:{tag.Value}").Order(StringComparer.Ordinal)] : null,
        Worker = filter.Worker,
        Schedule = filter.Schedule,
        CreatedFrom = filter.CreatedFrom,
        CreatedTo = filter.CreatedTo,
    };
}
