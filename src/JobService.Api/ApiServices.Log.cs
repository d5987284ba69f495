using JobService.Core.Diagnostics;

namespace JobService.Api;

internal static partial class ApiServices
{
    [LoggerMessage(EventIds.ServiceReady, LogLevel.Information, "JobService is ready. API: {Api} · Swagger: {Swagger} · Database: {Database}")]
    private static partial void LogReady(ILogger logger, string api, string swagger, string database);
}
