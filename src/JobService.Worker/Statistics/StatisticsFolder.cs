using JobService.Core.Queues;
using JobService.Worker.Timing;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Statistics;

/// <summary>Adds up what was noted of the jobs that moved. Each worker has one, and none leads.</summary>
internal sealed class StatisticsFolder(IQueueStatisticsStore statistics, TimeProvider clock, ILogger<StatisticsFolder> log) : RoundService(clock, log)
{
    private const int NotesARound = 10_000;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken) =>
        await statistics.FoldAsync(NotesARound, cancellationToken) == NotesARound;
}
