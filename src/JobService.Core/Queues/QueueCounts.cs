namespace JobService.Core.Queues;

/// <summary>How many jobs of a queue did what in some time.</summary>
/// <param name="Enqueued">Came in: were made, restarted by hand, or moved here.</param>
/// <param name="Started">Were claimed by a worker.</param>
/// <param name="Succeeded">Succeeded.</param>
/// <param name="Failed">Failed for good, or expired.</param>
/// <param name="Cancelled">Were cancelled.</param>
/// <param name="Retried">Attempts that failed or were lost, and whose jobs run again.</param>
public readonly record struct QueueCounts(long Enqueued, long Started, long Succeeded, long Failed, long Cancelled, long Retried)
{
    /// <summary>Became final, whichever way.</summary>
    public long Finished => Succeeded + Failed + Cancelled;

    public static QueueCounts operator +(QueueCounts one, QueueCounts other) => new(
        one.Enqueued + other.Enqueued, one.Started + other.Started, one.Succeeded + other.Succeeded,
        one.Failed + other.Failed, one.Cancelled + other.Cancelled, one.Retried + other.Retried);
}
