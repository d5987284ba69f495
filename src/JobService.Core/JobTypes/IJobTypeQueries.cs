using JobService.Core.Jobs;

namespace JobService.Core.JobTypes;

/// <summary>Reads what is kept of job types.</summary>
public interface IJobTypeQueries
{
    /// <summary>The types that have settings or a schema, all of them.</summary>
    Task<IReadOnlyList<JobTypeSettings>> SettingsAsync(CancellationToken cancellationToken);

    /// <summary>One type; <see cref="JobTypeSettings.None"/> with its name where nothing is kept of it.</summary>
    Task<JobTypeSettings> FindAsync(JobType type, CancellationToken cancellationToken);

    /// <summary>The names of all types that have had a job, have settings, or have a handler in a live worker; those behind <paramref name="after"/>, in their order.</summary>
    Task<IReadOnlyList<JobType>> NamesAsync(JobType? after, int limit, CancellationToken cancellationToken);

    /// <summary>How long the jobs of a type took that are among the last that finished; null where there are none.</summary>
    Task<JobTypeTimings?> TimingsAsync(JobType type, CancellationToken cancellationToken);
}
