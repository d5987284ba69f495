using JobService.Core.Diagnostics;
using JobService.Core.Schedules;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Storage.Stores;

internal sealed partial class ScheduleRounds
{
    [LoggerMessage(EventIds.SchedulePassedOver, LogLevel.Error, "The schedule with the number {ScheduleId} can't be decided by this process, which leaves it to others for a minute: {Error}")]
    private partial void LogPassedOver(int scheduleId, string error);

    [LoggerMessage(EventIds.ScheduleHeldUp, LogLevel.Warning, "The schedule with the number {ScheduleId} is left alone for some seconds: a transaction that is still open holds the job that is to be cancelled, or uses a name in its job for the first time")]
    private partial void LogHeldUp(int scheduleId);

    [LoggerMessage(EventIds.ScheduleCorrected, LogLevel.Warning, "The schedule {Schedule} was to be due at {StoredAt}, at which it is not by the time zone database of this process; it goes on by that one")]
    private partial void LogCorrected(ScheduleName schedule, DateTimeOffset storedAt);
}
