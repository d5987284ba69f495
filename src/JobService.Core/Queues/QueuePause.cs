namespace JobService.Core.Queues;

/// <summary>A pause of a queue: nothing of it is claimed.</summary>
/// <param name="At">Since when.</param>
/// <param name="Reason">Why; null where nobody said.</param>
/// <param name="Actor">Who paused it; null where that is not known.</param>
public sealed record QueuePause(DateTimeOffset At, string? Reason, string? Actor);
