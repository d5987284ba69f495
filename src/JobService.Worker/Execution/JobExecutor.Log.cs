using JobService.Core.Diagnostics;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Execution;

internal sealed partial class JobExecutor
{
    [LoggerMessage(EventId = EventIds.AttemptEnded, Message = "{JobType} {JobId} in {Queue}, attempt {Attempt}: {Outcome} after {DurationMs} ms {Detail}")]
    private partial void LogAttempt(
        LogLevel level, JobType jobType, JobId jobId, QueueName queue, int attempt, double durationMs, string outcome, string detail);

    [LoggerMessage(EventIds.HandlerStuck, LogLevel.Error, "{JobType} {JobId}, attempt {Attempt}: the handler was given up and still runs; stuck handlers: {Stuck}")]
    private partial void LogStuck(JobType jobType, JobId jobId, int attempt, int stuck);

    [LoggerMessage(EventIds.HandlerLate, LogLevel.Warning, "{JobType} {JobId}, attempt {Attempt}: the handler that was given up has returned; its answer is dropped")]
    private partial void LogLateAnswer(JobType jobType, JobId jobId, int attempt);
}
