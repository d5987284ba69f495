namespace JobService.Core.Schedules;

/// <summary>A time at which a cadence is due.</summary>
/// <param name="At">The instant.</param>
/// <param name="Local">What the clocks of its time zone show then, with their offset.</param>
/// <param name="Change">What a change of the clocks has done to it.</param>
public sealed record Occurrence(DateTimeOffset At, DateTimeOffset Local, ClockChange Change);
