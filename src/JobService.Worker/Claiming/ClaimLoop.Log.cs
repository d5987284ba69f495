using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Claiming;

internal sealed partial class ClaimLoop
{
    [LoggerMessage(EventIds.ExchangeFailed, LogLevel.Warning, "The database did not answer, {Failures} times in a row; trying again in {DelayMs} ms: {Error}")]
    private partial void LogFailed(int failures, double delayMs, string error);

    [LoggerMessage(EventIds.ExchangeRecovered, LogLevel.Information, "The database answers again after {Failures} failures")]
    private partial void LogRecovered(int failures);
}
