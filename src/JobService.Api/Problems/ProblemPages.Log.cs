using JobService.Core.Diagnostics;

namespace JobService.Api.Problems;

internal static partial class ProblemPages
{
    [LoggerMessage(EventIds.RequestFailed, LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogUnhandled(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(EventIds.DatabaseAwayForRequest, LogLevel.Warning, "{Method} {Path} could not use the database: {Reason}")]
    private static partial void LogDatabaseAway(ILogger logger, string method, string path, string reason);
}
