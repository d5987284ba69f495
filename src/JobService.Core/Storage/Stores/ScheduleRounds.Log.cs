using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Storage.Stores;

internal sealed partial class ScheduleRounds
{
    [LoggerMessage(EventIds.SchedulePassedOver, LogLevel.Error, "The schedule with the number {ScheduleId} can't be decided by this process, which leaves it to others for a minute: {Error}")]
    private partial void LogPassedOver(int scheduleId, string error);
}
