using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Storage.Embedded;

internal sealed partial class EmbeddedPostgres
{
    [LoggerMessage(EventIds.PrivateServerReady, LogLevel.Information,
        "Private PostgreSQL {Major} is ready on port {Port}, in {Folder} (running already: {IsAdopted}), after {DurationMs} ms")]
    private static partial void LogReady(ILogger logger, int major, int port, string folder, bool isAdopted, long durationMs);

    [LoggerMessage(EventIds.PrivateServerStopped, LogLevel.Information, "Private PostgreSQL in {Folder} is stopped")]
    private static partial void LogStopped(ILogger logger, string folder);
}
