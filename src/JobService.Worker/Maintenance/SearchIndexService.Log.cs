using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Maintenance;

internal sealed partial class SearchIndexService
{
    [LoggerMessage(EventIds.SearchIndexNotBuilt, LogLevel.Warning, "A search index of a closed day could not be built, {Failures} times by now; it is tried again later: {Error}")]
    private partial void LogNotBuilt(int failures, string error);
}
