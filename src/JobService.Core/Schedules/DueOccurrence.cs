namespace JobService.Core.Schedules;

/// <summary>An occurrence whose time has come, and what the misfire policy makes of it.</summary>
/// <param name="At">When it was due.</param>
/// <param name="Fires">Whether it gets a job, as far as the policy goes; else it is recorded as missed.</param>
/// <param name="IsLate">Whether nobody was there at its time.</param>
/// <param name="Missed">How many occurrences got no job since the last one that did.</param>
public readonly record struct DueOccurrence(DateTimeOffset At, bool Fires, bool IsLate, int Missed);
