using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Storage.Migrations;

internal sealed partial class GuardedMigration
{
    [LoggerMessage(EventIds.MigrationWaits, LogLevel.Warning,
        "The migration waits for a long transaction that holds what it changes: {Holder}. Try {Count} was rolled back, the next follows in {Seconds} s; after {Minutes} min it is given up")]
    private static partial void LogWaits(ILogger logger, string holder, int count, double seconds, double minutes);
}
