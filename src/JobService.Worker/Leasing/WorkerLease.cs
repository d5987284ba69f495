using JobService.Core.Leases;

namespace JobService.Worker.Leasing;

/// <summary>The lease under which this process runs jobs: which worker it is, and whether that still holds.</summary>
internal sealed class WorkerLease(WorkerId worker)
{
    private readonly CancellationTokenSource lost = new();
    private int isLost;

    public WorkerId Worker { get; } = worker;

    /// <summary>Fires once, when the lease is lost or about to be: no job may be run under it any more.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>True for the first who says so.</summary>
    public bool Lose()
    {
        if (Interlocked.Exchange(ref isLost, 1) == 1)
            return false;
        lost.Cancel();
        return true;
    }
}
