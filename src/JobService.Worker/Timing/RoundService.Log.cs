using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Timing;

internal abstract partial class RoundService
{
    [LoggerMessage(EventIds.RoundFailed, LogLevel.Warning, "{Service} can't reach the database and goes on trying: {Error}")]
    private partial void LogFailed(string service, string error);

    [LoggerMessage(EventIds.RoundRecovered, LogLevel.Information, "{Service} works again after {Failures} failed rounds")]
    private partial void LogRecovered(string service, int failures);
}
