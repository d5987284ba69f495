namespace JobService.Core.Schedules;

/// <summary>An occurrence whose time has come, and what the misfire policy makes of it.</summary>
/// <param name="At">When it was due.</param>
/// <param name="Fires">Whether it gets a job, as far as the policy goes; else it is recorded as missed.</param>
/// <param name="IsLate">Whether nobody was there at its time.</param>
internal readonly record struct DueOccurrence(DateTimeOffset At, bool Fires, bool IsLate);
