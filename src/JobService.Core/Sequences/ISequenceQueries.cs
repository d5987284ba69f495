using JobService.Core.Jobs;

namespace JobService.Core.Sequences;

/// <summary>Reads sequences.</summary>
public interface ISequenceQueries
{
    /// <summary>Null where no job of that key waits, runs or holds others up.</summary>
    Task<Sequence?> FindAsync(SequenceKey key, CancellationToken cancellationToken);

    /// <summary>Sequences behind <paramref name="after"/> by key, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<Sequence>> ListAsync(SequenceFilter filter, SequenceKey? after, int limit, CancellationToken cancellationToken);

    /// <summary>Where a job stands in its sequence; null where it is in none, or no longer.</summary>
    Task<SequencePlace?> PlaceAsync(JobId id, CancellationToken cancellationToken);
}
