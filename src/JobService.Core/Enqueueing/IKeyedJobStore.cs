using JobService.Core.Errors;
using JobService.Core.Jobs;

namespace JobService.Core.Enqueueing;

/// <summary>
/// Where jobs are enqueued whose unique key another job may hold, that are of a sequence, or whose request may have come before. Who comes first takes a key, or the next place of a
/// sequence; whoever comes at the same time waits for that. Each call that returns is durable.
/// </summary>
public interface IKeyedJobStore
{
    /// <summary>
    /// Enqueues each job for itself; the answers come in their order. Null is the answer to one that would change the job that holds its key, which takes a
    /// transaction of its own, and to those behind it with the same key or of the same sequence: they are to be enqueued by themselves, in their order. Jobs of one key are never
    /// answered so.
    /// </summary>
    Task<IReadOnlyList<Result<EnqueuedJob>?>> EnqueueEachAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="EnqueueEachAsync"/>, but waits for others for a moment only: where anybody keeps something of any of the jobs, the answer to all of them is
    /// <see cref="Refusal.InUse"/>, and none was enqueued.
    /// </summary>
    Task<IReadOnlyList<Result<EnqueuedJob>?>> TryEnqueueEachAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken);

    /// <summary>Enqueues all the jobs, or none where one of them is refused (<see cref="Refusal.OfJob"/>).</summary>
    Task<Result<IReadOnlyList<EnqueuedJob>>> EnqueueAllAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken);

    /// <summary>As <see cref="EnqueueAllAsync"/>, once for a request, whose answer is kept in the same transaction. One that is refused is not kept.</summary>
    /// <param name="jobs">At least one.</param>
    /// <param name="request">Which request it is.</param>
    /// <param name="describe">Makes the answer of what was enqueued, and of jobs as they stand within the transaction; null is one that is gone. What it refuses is not enqueued.</param>
    /// <param name="cancellationToken">Ends the wait; whether the jobs were stored is then unknown.</param>
    Task<Result<OnceEnqueued>> EnqueueOnceAsync(
        IReadOnlyList<NewJob> jobs,
        RequestKey request,
        Func<IReadOnlyList<EnqueuedJob>, Func<JobId, Task<Job?>>, Task<Result<KeptAnswer>>> describe,
        CancellationToken cancellationToken);

    /// <summary>The answer that was kept for a request; null where it did not come before, refused where another did with this key.</summary>
    Task<Result<KeptAnswer>?> FindAnswerAsync(RequestKey request, CancellationToken cancellationToken);

    /// <summary>The job that would answer for this one if it came now; null where it would be enqueued, refused where it would be.</summary>
    Task<Result<JobId>?> FindHolderAsync(NewJob job, CancellationToken cancellationToken);
}
