using JobService.Core.Jobs;
using JobService.Core.Leases;

namespace JobService.Worker.Tests.Leasing;

/// <summary>A lease whose renewal hangs, as one does behind a network that swallows everything.</summary>
internal sealed class BlockedLine : ILeaseStore, ILeaseLine
{
    private readonly ManualResetEventSlim released = new();

    public TaskCompletionSource Blocked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ILeaseLine OpenLine(WorkerId worker) => this;

    public bool Renew(TimeSpan lease, bool isDraining)
    {
        Blocked.TrySetResult();
        released.Wait();
        return true;
    }

    public void Release() => released.Set();

    public void Dispose()
    {
    }

    public Task<WorkerId> RegisterAsync(WorkerRegistration registration, TimeSpan lease, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task LeaveAsync(WorkerId worker, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ReclaimedJobs> ReclaimAsync(WorkerId worker, int maxJobs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> CancelSupersededAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<CancelRequest>> CancelRequestsAsync(WorkerId worker, IReadOnlyCollection<JobId> running, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
