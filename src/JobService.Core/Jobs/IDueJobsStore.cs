namespace JobService.Core.Jobs;

/// <summary>What time does to jobs that wait, by the database's clock. Any number of processes may call at once.</summary>
public interface IDueJobsStore
{
    /// <summary>Makes up to <paramref name="maxJobs"/> due jobs queued, the longest due first.</summary>
    /// <returns>How many there were; fewer than asked for when no more are due.</returns>
    Task<int> PromoteAsync(int maxJobs, CancellationToken cancellationToken);

    /// <summary>Fails up to <paramref name="maxJobs"/> waiting jobs whose <c>expiresAt</c> or <c>deadline</c> has passed.</summary>
    Task<int> ExpireAsync(int maxJobs, CancellationToken cancellationToken);
}
