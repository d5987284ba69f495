using JobService.Core.Diagnostics;
using JobService.Core.Schedules;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Scheduling;

internal sealed partial class ScheduleDeclarer
{
    [LoggerMessage(EventIds.ScheduleDeclared, LogLevel.Information, "The schedule {Schedule} is now as the configuration declares it, in its revision {Revision}")]
    private partial void LogDeclared(ScheduleName schedule, int revision);

    [LoggerMessage(
        EventIds.ScheduleTakenOver, LogLevel.Warning, "The schedule {Schedule} was made over the API; from now on the configuration declares it, and only there can it be changed")]
    private partial void LogTakenOver(ScheduleName schedule);

    [LoggerMessage(EventIds.ScheduleNotDeclared, LogLevel.Error, "The schedule {Schedule} can't be made what the configuration declares: {Reason}")]
    private partial void LogNotDeclared(ScheduleName schedule, string reason);

    [LoggerMessage(EventIds.ScheduleRemoved, LogLevel.Information, "The schedule {Schedule} was removed, as the configuration says")]
    private partial void LogRemoved(ScheduleName schedule);
}
