namespace JobService.Core.Jobs;

/// <summary>What the database made of a new job: its times by the database's clock, and whether it may run now.</summary>
public sealed record EnqueuedJob(JobId Id, JobState State, DateTimeOffset CreatedAt, DateTimeOffset RunAt);
