namespace JobService.Core.Jobs;

/// <summary>An entry of a job's timeline that no attempt tells: it was cancelled, edited, restarted, snoozed, given back, erased.</summary>
/// <param name="At">By the database's clock.</param>
/// <param name="Kind">A past participle, such as <c>restarted</c>.</param>
/// <param name="Actor">Who did it; null for the service itself.</param>
/// <param name="Detail">The reason given, or what changed.</param>
public sealed record JobEvent(DateTimeOffset At, string Kind, string? Actor, string? Detail);
