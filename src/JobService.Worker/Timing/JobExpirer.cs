using JobService.Core.Jobs;
using JobService.Core.Signals;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Timing;

/// <summary>Fails the waiting jobs that may not start any more.</summary>
internal sealed class JobExpirer(IDueJobsStore jobs, SignalHub signals, TimeProvider clock, ILogger<JobExpirer> log) : RoundService(clock, log)
{
    private const int JobsARound = 1_000;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var expired = await jobs.ExpireAsync(JobsARound, cancellationToken);
        if (expired > 0)
            signals.HeadsEnded();
        return expired == JobsARound;
    }
}
