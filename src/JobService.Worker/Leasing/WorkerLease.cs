using JobService.Core.Leases;

namespace JobService.Worker.Leasing;

/// <summary>The lease under which this process runs jobs: which worker it is, and whether that still holds.</summary>
/// <param name="worker">Who holds it.</param>
/// <param name="previous">Who this process was before it lost its last lease; null for its first.</param>
internal sealed class WorkerLease(WorkerId worker, WorkerId? previous = null)
{
    private readonly CancellationTokenSource lost = new();
    private int isLost;

    public WorkerId Worker { get; } = worker;

    /// <summary>Whatever is still held under it was cut off here, and is given back.</summary>
    public WorkerId? Previous { get; } = previous;

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
