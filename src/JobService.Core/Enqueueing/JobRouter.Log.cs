using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Enqueueing;

public sealed partial class JobRouter
{
    [LoggerMessage(EventIds.RoutingNotRead, LogLevel.Warning, "The routes and job types can't be read, and jobs are routed as they were when they last could: {Error}")]
    private partial void LogNotRead(string error);

    [LoggerMessage(EventIds.RoutingRead, LogLevel.Information, "The routes and job types can be read again")]
    private partial void LogReadAgain();
}
