using JobService.Core.Jobs;
using JobService.Core.Signals;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Timing;

/// <summary>Queues the jobs whose time has come.</summary>
internal sealed class DueJobPromoter(IDueJobsStore jobs, SignalHub signals, TimeProvider clock, ILogger<DueJobPromoter> log) : RoundService(clock, log)
{
    private const int JobsARound = 1_000;

    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(200);

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var promoted = await jobs.PromoteAsync(JobsARound, cancellationToken);
        if (promoted > 0)
            signals.JobsReady();
        return promoted == JobsARound;
    }
}
