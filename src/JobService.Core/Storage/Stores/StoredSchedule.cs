using JobService.Core.Schedules;

namespace JobService.Core.Storage.Stores;

/// <summary>A schedule and the number of its row.</summary>
internal sealed record StoredSchedule(int Id, Schedule Schedule);
