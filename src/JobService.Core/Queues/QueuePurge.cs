namespace JobService.Core.Queues;

/// <summary>What a purge did.</summary>
/// <param name="Queue">The queue afterwards.</param>
/// <param name="Cancelled">How many of its jobs it cancelled.</param>
public sealed record QueuePurge(Queue Queue, int Cancelled);
