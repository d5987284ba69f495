namespace JobService.Core.Schedules;

/// <summary>What a round makes of one occurrence.</summary>
/// <param name="DueAt">Which one.</param>
/// <param name="Outcome">What becomes of it.</param>
/// <param name="IsLate">Whether nobody was there at its time.</param>
/// <param name="Missed">Of one that fires: how many before it got no job.</param>
/// <param name="StartAt">
/// Of one that fires: when its job may start; null for at once. No job starts in the past, since the time that its retries may take is counted from its start.
/// </param>
internal readonly record struct RunDecision(DateTimeOffset DueAt, RunOutcome Outcome, bool IsLate, int Missed, DateTimeOffset? StartAt);
