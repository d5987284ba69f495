namespace JobService.Core.Queues;

/// <summary>Keeps the statistics of queues: each statement that moves jobs notes what it moved, and here the notes are added up. Any process may do any of it, at any time.</summary>
public interface IQueueStatisticsStore
{
    /// <summary>Adds up to so many notes to the depths and the minutes of their queues.</summary>
    /// <returns>How many it were; none while another process is at it.</returns>
    Task<int> FoldAsync(int maxNotes, CancellationToken cancellationToken);

    /// <summary>Counts the jobs of each queue, unless that was done within the given time, and corrects what was not noted: what an earlier version of the service did.</summary>
    /// <returns>How many depths were wrong.</returns>
    Task<int> CountAsync(TimeSpan atMostEvery, CancellationToken cancellationToken);

    /// <summary>Forgets the minutes that are longer ago.</summary>
    Task<int> PruneAsync(TimeSpan keep, CancellationToken cancellationToken);
}
