using JobService.Core.Errors;

namespace JobService.Core.Jobs;

/// <summary>Reads jobs. What is known of a job is read at one instant.</summary>
public interface IJobQueries
{
    /// <summary>The job; <see cref="Refusal.Gone"/> where it was made so long ago that retention may have removed it, else <see cref="Refusal.NotFound"/>.</summary>
    Task<Result<Job>> FindAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>
    /// Jobs with ids before <paramref name="before"/>, newest first, at most <paramref name="limit"/>. It takes two seconds at most: what it has found by then is the page.
    /// </summary>
    Task<JobPage> ListAsync(JobFilter filter, JobId? before, int limit, CancellationToken cancellationToken);

    /// <summary>How many jobs a filter finds, and the newest of them. It takes two seconds at most, and says whether it came to the end.</summary>
    Task<JobCount> CountAsync(JobFilter filter, int sample, CancellationToken cancellationToken);

    /// <summary>The attempts that did not end well, in order.</summary>
    Task<IReadOnlyList<EndedAttempt>> EndedAttemptsAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>What happened to the job beside its attempts, in order.</summary>
    Task<IReadOnlyList<JobEvent>> EventsAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>Which of the jobs are final.</summary>
    Task<IReadOnlySet<JobId>> FinalAsync(IReadOnlyCollection<JobId> ids, CancellationToken cancellationToken);

    /// <summary>Where this job stands in its queue, counting up to <paramref name="atMost"/> jobs, in as many sets of limit keys; null when it isn't queued.</summary>
    Task<JobPosition?> PositionAsync(JobId id, int atMost, CancellationToken cancellationToken);
}
