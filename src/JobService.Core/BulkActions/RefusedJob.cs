using JobService.Core.Jobs;

namespace JobService.Core.BulkActions;

/// <summary>A job that a bulk action could do nothing with.</summary>
/// <param name="Job">Which one.</param>
/// <param name="Why">A sentence.</param>
public sealed record RefusedJob(JobId Job, string Why);
