namespace JobService.Core.Storage.Stores;

/// <summary>What a lane of limited jobs stands for: a queue, a type, and the keys its jobs name, by their numbers.</summary>
internal sealed record LimitLane(int Id, int QueueId, int TypeId, int[] KeyIds);
