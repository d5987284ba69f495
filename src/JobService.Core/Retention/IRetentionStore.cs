namespace JobService.Core.Retention;

/// <summary>Makes room: daily partitions ahead of time, and old final jobs away. A job that isn't final is never touched.</summary>
public interface IRetentionStore
{
    /// <summary>Makes the partitions from yesterday to three days ahead, and says what time it is there; nothing is made twice.</summary>
    Task<DateTimeOffset> CreatePartitionsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Prunes the final jobs that were made and finished longer than <paramref name="keep"/> ago, a whole day at once where it can, those that their queue
    /// keeps no longer, and the results whose own time is over. A day that can't be pruned is left to the next call, and keeps no other.
    /// </summary>
    Task<PrunedJobs> PruneAsync(TimeSpan keep, CancellationToken cancellationToken);
}
