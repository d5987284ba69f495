using JobService.Core.Diagnostics;
using JobService.Core.Leases;
using Microsoft.Extensions.Logging;

namespace JobService.Worker;

internal sealed partial class WorkerService
{
    [LoggerMessage(EventIds.WorkerStarted, LogLevel.Information, "Worker {WorkerId} ({Name}) runs up to {Slots} jobs at once of {Types}")]
    private partial void LogStarted(WorkerId workerId, string name, int slots, string types);

    [LoggerMessage(EventIds.WorkerDraining, LogLevel.Information, "The worker takes nothing new and waits for {Running} jobs")]
    private partial void LogDraining(int running);

    [LoggerMessage(EventIds.WorkerStopped, LogLevel.Information, "Worker {WorkerId} has left")]
    private partial void LogStopped(WorkerId workerId);

    [LoggerMessage(EventIds.WorkerNotRegistered, LogLevel.Warning, "The worker could not register and tries again: {Error}")]
    private partial void LogNotRegistered(string error);

    [LoggerMessage(EventIds.WorkerNotLeft, LogLevel.Warning, "Worker {WorkerId} could not say that it leaves; its lease runs out: {Error}")]
    private partial void LogNotLeft(WorkerId workerId, string error);

    [LoggerMessage(EventIds.SlotsExhausted, LogLevel.Critical, "{Stuck} handlers are stuck past their hard limit, more than may be: the process drains and exits")]
    private partial void LogExhausted(int stuck);
}
