using JobService.Core.Schedules;

namespace JobService.Worker.Scheduling;

/// <summary>A schedule as the configuration has it.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Definition">What it is to do; null where it is to be removed.</param>
/// <param name="IsEnabled">Whether it fires.</param>
internal sealed record DeclaredSchedule(ScheduleName Name, ScheduleDefinition? Definition, bool IsEnabled);
