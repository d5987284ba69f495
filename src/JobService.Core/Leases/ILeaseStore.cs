using JobService.Core.Jobs;

namespace JobService.Core.Leases;

/// <summary>The leases of workers: who is alive, and what becomes of the jobs of one who isn't.</summary>
public interface ILeaseStore
{
    /// <summary>Enters a worker and gives it its first lease.</summary>
    Task<WorkerId> RegisterAsync(WorkerRegistration registration, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Opens the line by which one worker renews its lease, apart from every pool.</summary>
    ILeaseLine OpenLine(WorkerId worker);

    /// <summary>Ends a worker's lease because it stops; whatever it still runs is reclaimed.</summary>
    Task LeaveAsync(WorkerId worker, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the leases that ran out and takes their jobs back, and those far past their hard limit: queued again, or failed
    /// when their worker was lost more often than the cap allows. At most <paramref name="maxJobs"/>; there may be more then.
    /// Nothing happens unless the lease of <paramref name="worker"/>, who asks, holds: whoever was cut off is no judge of others.
    /// </summary>
    Task<ReclaimedJobs> ReclaimAsync(WorkerId worker, int maxJobs, CancellationToken cancellationToken);

    /// <summary>
    /// Cancels what transactions of callers have superseded while it ran: such a transaction locks nothing of it, and leaves that to whichever worker comes by once it is committed.
    /// </summary>
    /// <returns>How many jobs were cancelled, or their workers asked to stop.</returns>
    Task<int> CancelSupersededAsync(CancellationToken cancellationToken);

    /// <summary>Which of the jobs a worker runs someone wants cancelled, with the reason given.</summary>
    Task<IReadOnlyList<CancelRequest>> CancelRequestsAsync(WorkerId worker, IReadOnlyCollection<JobId> running, CancellationToken cancellationToken);
}
