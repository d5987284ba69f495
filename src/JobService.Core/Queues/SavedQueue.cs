namespace JobService.Core.Queues;

/// <summary>A queue whose settings were saved.</summary>
/// <param name="Queue">As it is now.</param>
/// <param name="IsNew">Whether it came to be by that.</param>
public sealed record SavedQueue(Queue Queue, bool IsNew);
