namespace JobService.Core.Queues;

/// <summary>What a purge did.</summary>
/// <param name="Queue">The queue afterwards.</param>
/// <param name="Cancelled">How many of its jobs it cancelled.</param>
/// <param name="Held">How many it left alone, since transactions that are still open hold them.</param>
public sealed record QueuePurge(Queue Queue, int Cancelled, int Held);
