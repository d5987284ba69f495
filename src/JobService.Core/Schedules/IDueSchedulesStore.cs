namespace JobService.Core.Schedules;

/// <summary>Makes the jobs of schedules that are due. Any number of processes may call at once.</summary>
public interface IDueSchedulesStore
{
    /// <summary>Makes the jobs of up to <paramref name="maxSchedules"/> schedules that are due, the longest due first.</summary>
    /// <param name="maxSchedules">In one transaction.</param>
    /// <param name="cancellationToken">Ends the round; then it was made as a whole, or not.</param>
    Task<DueSchedules> RunDueAsync(int maxSchedules, CancellationToken cancellationToken);
}
