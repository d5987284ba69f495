using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Maintenance;

internal sealed partial class PruneService
{
    [LoggerMessage(EventIds.JobsPruned, LogLevel.Information, "Pruned {Days} days, {Jobs} single jobs, {Results} results and {Runs} runs of schedules")]
    private partial void LogPruned(int days, int jobs, int results, int runs);
}
