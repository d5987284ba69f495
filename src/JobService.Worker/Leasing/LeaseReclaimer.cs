using JobService.Core.Leases;
using JobService.Core.Signals;
using JobService.Worker.Timing;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Leasing;

/// <summary>Takes back the jobs of workers whose lease ran out. Every worker does it; the database sees to it that each job is taken once.</summary>
internal sealed partial class LeaseReclaimer(
    ILeaseStore leases, CurrentLease current, SignalHub signals, TimeProvider clock, ILogger<LeaseReclaimer> log)
    : RoundService(clock, log)
{
    private const int JobsARound = 1_000;

    private readonly ILogger<LeaseReclaimer> log = log;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1.5);

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        if (!current.MayJudgeOthers || current.Lease is not { } lease)
            return false;
        var reclaimed = await leases.ReclaimAsync(lease.Worker, JobsARound, cancellationToken);
        if (reclaimed != default)
            LogReclaimed(reclaimed.Workers, reclaimed.Requeued, reclaimed.Ended);
        if (reclaimed.Requeued > 0)
            signals.JobsReady();
        if (reclaimed.Ended > 0)
            signals.HeadsEnded();
        return reclaimed.Requeued + reclaimed.Ended >= JobsARound;
    }
}
