using JobService.Core.Jobs;

namespace JobService.Core.Schedules;

/// <summary>What a backfill made.</summary>
/// <param name="Jobs">For each occurrence that had no job, in their order.</param>
/// <param name="HadJobs">How many occurrences had one, or will have it once the job of an earlier one is final.</param>
/// <param name="GoOnFrom">Where to go on, if there are more than were asked for; null when that was all.</param>
public sealed record Backfill(IReadOnlyList<Job> Jobs, int HadJobs, DateTimeOffset? GoOnFrom);
