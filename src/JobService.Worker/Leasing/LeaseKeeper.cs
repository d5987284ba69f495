using JobService.Core.Leases;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Leasing;

/// <summary>
/// Renews one lease from a thread of its own, on a connection of its own: neither a busy thread pool nor an empty connection
/// pool costs it. When it could not renew, it gives the lease up before the database does, so that no handler runs on without one.
/// A second thread sees to that, since the first may hang in a call that is past its own time limit.
/// </summary>
internal sealed partial class LeaseKeeper : IDisposable
{
    /// <summary>How long a lease lasts; a killed worker's jobs are reclaimed this long after its last beat, plus a sweep.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>A renewal that takes longer to notice that it is to stop hangs in the network.</summary>
    private static readonly TimeSpan HangsAfter = TimeSpan.FromSeconds(2);

    /// <summary>Handlers need a moment to stop before the lease ends for the others.</summary>
    private static readonly TimeSpan SafetyMargin = TimeSpan.FromSeconds(3);

    private readonly ILeaseStore store;
    private readonly WorkerLease lease;
    private readonly TimeProvider clock;
    private readonly ILogger<LeaseKeeper> log;
    private readonly ManualResetEventSlim stop = new();
    private readonly Thread thread;
    private readonly Thread watch;
    private long renewed;
    private volatile bool isDraining;

    public LeaseKeeper(ILeaseStore store, WorkerLease lease, TimeProvider clock, ILogger<LeaseKeeper> log)
    {
        (this.store, this.lease, this.clock, this.log) = (store, lease, clock, log);
        renewed = clock.GetTimestamp();
        thread = new Thread(Run) { IsBackground = true, Name = "JobService lease" };
        watch = new Thread(Watch) { IsBackground = true, Name = "JobService lease watch" };
        thread.Start();
        watch.Start();
    }

    private TimeSpan Left => Lease - SafetyMargin - clock.GetElapsedTime(Volatile.Read(ref renewed));

    /// <summary>From now on the worker says that it takes nothing new.</summary>
    public void Drain() => isDraining = true;

    /// <summary>
    /// Stops renewing: the last thing a worker does before it leaves. A renewal that hangs is left behind, or the process could not
    /// become a worker again; it finds the lease lost when it comes back.
    /// </summary>
    public void Dispose()
    {
        stop.Set();
        watch.Join();
        if (thread.Join(HangsAfter))
            stop.Dispose();
    }

    private void Run()
    {
        var isFirst = true;
        while (!lease.Lost.IsCancellationRequested && !stop.Wait(isFirst ? TimeSpan.Zero : RetryEvery))
        {
            isFirst = false;
            RenewWhileItHolds();
        }
    }

    private void RenewWhileItHolds()
    {
        try
        {
            using var line = store.OpenLine(lease.Worker);
            do
            {
                // The lease counts from before the call: when the answer is slow, the database's clock has moved on meanwhile.
                var asked = clock.GetTimestamp();
                if (!line.Renew(Lease, isDraining))
                {
                    Lose();
                    return;
                }

                Volatile.Write(ref renewed, asked);
            }
            while (!lease.Lost.IsCancellationRequested && !stop.Wait(RenewEvery));
        }
        catch (Exception e)
        {
            // Whatever it was: an exception that left this thread would end the process, and every job it runs with it.
            LogRenewalFailed(lease.Worker.Value, e.Message, Math.Max(0, Left.TotalSeconds));
        }
    }

    private void Watch()
    {
        for (var left = Left; left > TimeSpan.Zero; left = Left)
        {
            if (lease.Lost.IsCancellationRequested || stop.Wait(left < LookEvery ? left : LookEvery))
                return;
        }

        Lose();
    }

    private void Lose()
    {
        if (lease.Lose())
            LogLost(lease.Worker.Value);
    }
}
