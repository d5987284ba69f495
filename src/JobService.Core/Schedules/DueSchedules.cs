namespace JobService.Core.Schedules;

/// <summary>What a round over the schedules that are due did.</summary>
/// <param name="Schedules">How many were due; as many as asked for when there may be more.</param>
/// <param name="HasReady">Whether a job it made may run now.</param>
/// <param name="UntilNext">How long until the next one is due, zero or less when it is; null when none will be.</param>
public readonly record struct DueSchedules(int Schedules, bool HasReady, TimeSpan? UntilNext);
