using JobService.Core.Queues;
using JobService.Worker.Maintenance;
using JobService.Worker.Timing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobService.Worker.Statistics;

/// <summary>
/// Counts the jobs of all queues when a worker starts and now and then, and corrects the statistics: during a deployment workers of an earlier version moved jobs without a
/// word. And forgets what is old.
/// </summary>
internal sealed partial class StatisticsKeeper(
    IQueueStatisticsStore statistics, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<StatisticsKeeper> log) : RoundService(clock, log)
{
    private readonly ILogger<StatisticsKeeper> log = log;

    protected override TimeSpan Interval => TimeSpan.FromMinutes(10);

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var corrected = await statistics.CountAsync(0.8 * Interval, cancellationToken);
        if (corrected > 0)
            LogCorrected(corrected);
        await statistics.PruneAsync(options.Value.KeepStatistics, cancellationToken);
        return false;
    }
}
