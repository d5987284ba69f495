using JobService.Core.Diagnostics;
using JobService.Core.Leases;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Claiming;

internal sealed partial class UnknownClaims
{
    [LoggerMessage(EventIds.ClaimsDisowned, LogLevel.Warning, "{Jobs} jobs were claimed by an exchange whose answer was lost; they were given back")]
    private partial void LogDisowned(int jobs);

    [LoggerMessage(EventIds.JobsGivenBack, LogLevel.Warning, "{Jobs} jobs that this process ran as worker {Previous} when it was cut off were given back")]
    private partial void LogGivenBack(int jobs, WorkerId previous);

    [LoggerMessage(EventIds.ClaimsNotGivenBack, LogLevel.Warning, "Whether anything is held of an exchange whose answer was lost is unknown; if so, it counts as a crash: {Error}")]
    private partial void LogNotGivenBack(string error);
}
