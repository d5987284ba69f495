using JobService.Core.Leases;
using JobService.Core.Signals;
using JobService.Worker.Execution;
using JobService.Worker.Timing;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Leasing;

/// <summary>Sees which of the jobs that run here someone wants cancelled, and cancels what transactions of callers have superseded, wherever it runs: at a signal, and each second without one.</summary>
internal sealed class CancelWatcher(ILeaseStore leases, CurrentLease current, RunningJobs running, SignalHub signals, TimeProvider clock, ILogger<CancelWatcher> log)
    : RoundService(clock, log)
{
    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        // First what is known to be asked of those that run here: of what was superseded each that a transaction holds takes a moment.
        if (current.Lease is { } lease && !running.IsEmpty)
        {
            foreach (var request in await leases.CancelRequestsAsync(lease.Worker, running.Ids, cancellationToken))
                running.Cancel(request.Token, request.Reason);
        }

        if (await leases.CancelSupersededAsync(cancellationToken) > 0)
            signals.CancelRequested();
        return false;
    }

    protected override Task WaitAsync(TimeSpan interval, CancellationToken cancellationToken) => signals.Cancel.WaitAsync(interval, cancellationToken);
}
