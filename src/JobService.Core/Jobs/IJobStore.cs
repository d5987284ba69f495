using JobService.Core.Errors;

namespace JobService.Core.Jobs;

/// <summary>Where callers change jobs. Each call is one transaction: durable when it returns, nothing at all when it refuses.</summary>
public interface IJobStore
{
    /// <summary>Whether everything that a job names has a number, as far as is known here: if not, somebody may have to be waited for who uses a name for the first time just now.</summary>
    bool Knows(NewJob job);

    /// <summary>Gives numbers to what jobs name, if they have none.</summary>
    /// <param name="jobs">At least one.</param>
    /// <param name="mayWait">Whether others may be waited for longer than a moment.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False where somebody keeps one of the names for longer.</returns>
    Task<bool> TryMeetAsync(IReadOnlyList<NewJob> jobs, bool mayWait, CancellationToken cancellationToken);

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
