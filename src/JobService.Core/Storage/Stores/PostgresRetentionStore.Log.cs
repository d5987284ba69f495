using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Storage.Stores;

internal sealed partial class PostgresRetentionStore
{
    [LoggerMessage(EventIds.DayNotPruned, LogLevel.Warning, "The jobs of {Day} could not be pruned; the next round tries again: {Error}")]
    private partial void LogDayKept(DateOnly day, string error);
}
