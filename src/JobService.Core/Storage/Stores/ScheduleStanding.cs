using JobService.Core.Jobs;

namespace JobService.Core.Storage.Stores;

/// <summary>What a locked schedule is decided by, beside itself.</summary>
/// <param name="Now">The time, once it is locked.</param>
/// <param name="LiveJobs">Those of its jobs that are not final.</param>
/// <param name="HasFailedTooOften">Whether as many jobs in a row as it allows have failed.</param>
internal sealed record ScheduleStanding(DateTimeOffset Now, IReadOnlyList<JobId> LiveJobs, bool HasFailedTooOften);
