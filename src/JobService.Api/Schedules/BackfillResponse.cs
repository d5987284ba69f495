using JobService.Api.Jobs;

namespace JobService.Api.Schedules;

/// <summary>What a backfill made.</summary>
internal sealed record BackfillResponse
{
    /// <summary>A job for each occurrence that had none.</summary>
    public required IReadOnlyList<JobResponse> Items { get; init; }

    /// <summary>How many occurrences had one.</summary>
    /// <example>0</example>
    public required int HadJobs { get; init; }

    /// <summary>Where to go on where there are more than were asked for; null when that was all.</summary>
    public required DateTimeOffset? GoOnFrom { get; init; }
}
