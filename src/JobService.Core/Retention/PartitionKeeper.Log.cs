using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Retention;

internal sealed partial class PartitionKeeper
{
    [LoggerMessage(EventIds.PartitionsNotMade, LogLevel.Warning, "The partitions of the days to come could not be made: {Error}")]
    private partial void LogNotMade(string error);
}
