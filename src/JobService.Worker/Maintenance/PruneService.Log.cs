using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Maintenance;

internal sealed partial class PruneService
{
    [LoggerMessage(EventIds.JobsPruned, LogLevel.Information, "Pruned {Days} days, {Jobs} single jobs and {Results} results")]
    private partial void LogPruned(int days, int jobs, int results);
}
