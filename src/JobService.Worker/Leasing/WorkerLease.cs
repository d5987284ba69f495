using JobService.Core.Leases;

namespace JobService.Worker.Leasing;

/// <summary>The lease under which this process runs jobs: which worker it is, and whether that still holds.</summary>
internal sealed class WorkerLease(WorkerId worker)
{
    private readonly CancellationTokenSource lost = new();

    public WorkerId Worker { get; } = worker;

    /// <summary>Fires once, when the lease is lost or about to be: no job may be run under it any more.</summary>
    public CancellationToken Lost => lost.Token;

    public void Lose() => lost.Cancel();
}
