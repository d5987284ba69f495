using JobService.Core.Diagnostics;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Claiming;

internal sealed partial class ClaimLoop
{
    [LoggerMessage(EventIds.ExchangeFailed, LogLevel.Warning, "The database did not answer, {Failures} times in a row; trying again in {DelayMs} ms: {Error}")]
    private partial void LogFailed(int failures, double delayMs, string error);

    [LoggerMessage(EventIds.ExchangeRecovered, LogLevel.Information, "The database answers again after {Failures} failures")]
    private partial void LogRecovered(int failures);

    [LoggerMessage(EventIds.ClaimsDisowned, LogLevel.Warning, "{Jobs} jobs were claimed by an exchange whose answer was lost; they were given back")]
    private partial void LogDisowned(int jobs);

    [LoggerMessage(EventIds.JobsGivenBack, LogLevel.Warning, "{Jobs} jobs that this process ran as worker {Previous} when it was cut off were given back")]
    private partial void LogGivenBack(int jobs, WorkerId previous);

    [LoggerMessage(EventIds.TransitionUnstorable, LogLevel.Error, "{JobId}: {Trigger} could not be stored, so the job fails: {Error}")]
    private partial void LogUnstorable(JobId jobId, JobTrigger trigger, string error);

    [LoggerMessage(EventIds.TransitionDropped, LogLevel.Error, "{JobId}: not even {Trigger} can be stored; what is in the database for it needs a person: {Error}")]
    private partial void LogDropped(JobId jobId, JobTrigger trigger, string error);

    [LoggerMessage(EventIds.TransitionStale, LogLevel.Warning, "{JobId}: the lease {LeaseToken} no longer held, so {Trigger} changed nothing")]
    private partial void LogStale(JobId jobId, LeaseToken leaseToken, JobTrigger trigger);
}
