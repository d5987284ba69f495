namespace JobService.Core.Schedules;

/// <summary>An instant at which the clocks of a time zone are set.</summary>
/// <param name="At">In UTC: the first instant of the new offset.</param>
/// <param name="Before">Local time minus UTC until then.</param>
/// <param name="After">And from then on.</param>
internal readonly record struct ZoneChange(DateTime At, TimeSpan Before, TimeSpan After);
