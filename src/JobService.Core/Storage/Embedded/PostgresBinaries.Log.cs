using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Storage.Embedded;

internal sealed partial class PostgresBinaries
{
    [LoggerMessage(EventIds.PostgresFetched, LogLevel.Information, "No PostgreSQL was found on this machine: fetching one (24 MB) with `{Command}`")]
    private static partial void LogFetching(ILogger logger, string command);
}
