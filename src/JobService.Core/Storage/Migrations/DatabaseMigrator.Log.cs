using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Storage.Migrations;

public static partial class DatabaseMigrator
{
    [LoggerMessage(EventIds.DatabaseAwayAtStart, LogLevel.Warning,
        "PostgreSQL at {Host}:{Port} does not answer yet; it is tried for {Seconds} s, then the start is given up: {Error}")]
    private static partial void LogDatabaseAway(ILogger logger, string? host, int port, double seconds, string error);
}
