using JobService.Core.Jobs;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Timing;

/// <summary>Fails the waiting jobs that may not start any more.</summary>
internal sealed class JobExpirer(IDueJobsStore jobs, TimeProvider clock, ILogger<JobExpirer> log) : RoundService(clock, log)
{
    private const int JobsARound = 1_000;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken) =>
        await jobs.ExpireAsync(JobsARound, cancellationToken) == JobsARound;
}
