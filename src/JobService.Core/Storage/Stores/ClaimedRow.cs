namespace JobService.Core.Storage.Stores;

/// <summary>What <c>claim_jobs.sql</c> returns of one job.</summary>
internal readonly record struct ClaimedRow(
    Guid Id, long LeaseToken, DateTimeOffset StartedAt, int QueueId, int TypeId, int Attempt, short Rank, short Crashes);
