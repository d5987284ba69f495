namespace JobService.Core.Jobs;

/// <summary>What the database made of a new job: its times by the database's clock, and whether it may run now.</summary>
public sealed record EnqueuedJob(JobId Id, JobState State, DateTimeOffset CreatedAt, DateTimeOffset RunAt)
{
    /// <summary>Whether it was there before, and holds the unique key of the new job, which was not enqueued.</summary>
    public bool IsDeduplicated { get; init; }

    /// <summary>The job whose place it took, which is cancelled or asked to stop.</summary>
    public JobId? Superseded { get; init; }
}
