using JobService.Core.Diagnostics;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Claiming;

internal sealed partial class ExchangeSender
{
    [LoggerMessage(EventIds.TransitionUnstorable, LogLevel.Error, "{JobId}: {Trigger} could not be stored, so the job fails: {Error}")]
    private partial void LogUnstorable(JobId jobId, JobTrigger trigger, string error);

    [LoggerMessage(EventIds.TransitionDropped, LogLevel.Error, "{JobId}: not even {Trigger} can be stored; what is in the database for it needs a person: {Error}")]
    private partial void LogDropped(JobId jobId, JobTrigger trigger, string error);

    [LoggerMessage(EventIds.TransitionStale, LogLevel.Warning, "{JobId}: the lease {LeaseToken} no longer held, so {Trigger} changed nothing")]
    private partial void LogStale(JobId jobId, LeaseToken leaseToken, JobTrigger trigger);
}
