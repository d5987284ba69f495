using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Statistics;

internal sealed partial class StatisticsKeeper
{
    [LoggerMessage(EventIds.StatisticsCorrected, LogLevel.Information, "A count of the jobs of all queues corrected {Depths} depths in their statistics")]
    private partial void LogCorrected(int depths);
}
