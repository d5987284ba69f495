using JobService.Core.Diagnostics;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

internal static partial class StreamJob
{
    [LoggerMessage(EventIds.DatabaseAwayForStream, LogLevel.Warning, "The events of job {JobId} end here, since the database is away: {Reason}")]
    private static partial void LogDatabaseAway(ILogger logger, JobId jobId, string reason);
}
