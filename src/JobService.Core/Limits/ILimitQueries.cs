using JobService.Core.Jobs;

namespace JobService.Core.Limits;

/// <summary>Where limits are read.</summary>
public interface ILimitQueries
{
    /// <summary>All limits by their patterns; up to 1,000 behind one.</summary>
    Task<IReadOnlyList<Limit>> ListAsync(LimitPattern? after, int limit, CancellationToken cancellationToken);

    /// <summary>Null where none is set for just that pattern.</summary>
    Task<Limit?> FindAsync(LimitPattern pattern, CancellationToken cancellationToken);

    /// <summary>What holds a job up, of its keys that are limited; nothing where none is.</summary>
    Task<IReadOnlyList<LimitStanding>> StandingsAsync(JobId id, CancellationToken cancellationToken);
}
