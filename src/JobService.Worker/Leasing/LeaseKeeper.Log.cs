using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Leasing;

internal sealed partial class LeaseKeeper
{
    [LoggerMessage(EventIds.LeaseRenewalFailed, LogLevel.Warning, "The lease of worker {WorkerId} could not be renewed and holds {SecondsLeft:0.0} s more: {Error}")]
    private partial void LogRenewalFailed(int workerId, string error, double secondsLeft);

    [LoggerMessage(EventIds.LeaseLost, LogLevel.Error, "Worker {WorkerId} lost its lease: it stops its handlers and registers again")]
    private partial void LogLost(int workerId);
}
