namespace JobService.Core.Queues;

/// <summary>Reads what queues are doing, from what was noted while they did it: nothing here takes longer the more jobs there are.</summary>
public interface IQueueQueries
{
    /// <summary>Each queue there is, by name.</summary>
    Task<IReadOnlyList<QueueStatistics>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One queue; null where there is none of that name.</summary>
    Task<QueueStatistics?> FindAsync(QueueName name, CancellationToken cancellationToken);

    /// <summary>What happened in a queue, step by step, the first one first; null where there is none of that name.</summary>
    Task<IReadOnlyList<QueueHistoryPoint>?> HistoryAsync(QueueName name, QueueHistoryWindow window, CancellationToken cancellationToken);

    /// <summary>How many jobs there are in each queue that ever had one. For those who ask all the time.</summary>
    Task<IReadOnlyDictionary<QueueName, QueueDepth>> DepthsAsync(CancellationToken cancellationToken);
}
