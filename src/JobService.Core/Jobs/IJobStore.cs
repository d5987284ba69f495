using JobService.Core.Errors;

namespace JobService.Core.Jobs;

/// <summary>Where callers change jobs. Each call is one transaction: durable when it returns, nothing at all when it refuses.</summary>
public interface IJobStore
{
    /// <summary>Inserts all the jobs or none; the answers come in their order.</summary>
    Task<IReadOnlyList<EnqueuedJob>> EnqueueAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken);

    /// <summary>Cancels a waiting job at once, or asks the worker of a running one to stop.</summary>
    Task<Result<JobCancellation>> CancelAsync(JobId id, string? reason, string? actor, CancellationToken cancellationToken);

    /// <summary>Starts a new generation of a final job: the attempts so far no longer count.</summary>
    Task<Result<JobState>> RestartAsync(JobId id, JobRestart restart, string? actor, CancellationToken cancellationToken);

    /// <summary>Changes a job that waits. A position in the queue is kept unless the queue, the priority or the time changes.</summary>
    Task<Result<JobState>> EditAsync(JobId id, JobEdit edit, string? actor, CancellationToken cancellationToken);

    /// <summary>Removes a job that isn't running, with all that is known of it; the value is the state it was in.</summary>
    Task<Result<JobState>> DeleteAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>Erases the payload and the result of a final job and keeps the rest.</summary>
    Task<Result<JobState>> EraseAsync(JobId id, string? actor, CancellationToken cancellationToken);
}
