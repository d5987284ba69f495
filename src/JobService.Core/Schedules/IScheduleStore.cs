using JobService.Core.Errors;
using JobService.Core.Jobs;

namespace JobService.Core.Schedules;

/// <summary>
/// Changes schedules, and makes the jobs that someone asks for. An occurrence, its job and the place of the schedule are one transaction, on the database's
/// clock: any number of processes may call at once.
/// </summary>
public interface IScheduleStore
{
    /// <summary>
    /// Changes a schedule, or makes one. What was due before the change is decided first, as the schedule was then.
    /// </summary>
    /// <param name="name">Which one.</param>
    /// <param name="change">From the schedule as it stands, null where there is none, and the time to what it is to be; it may be called again.</param>
    /// <param name="cancellationToken">Ends the wait; whether the change was made is then unknown.</param>
    /// <returns>
    /// What it is now; or the refusal that <paramref name="change"/> gave. Refused too where it was deleted, is made anew and has made all its jobs, and where this version can't read it.
    /// </returns>
    Task<Result<Schedule>> ChangeAsync(ScheduleName name, Func<Schedule?, DateTimeOffset, Result<Schedule>> change, CancellationToken cancellationToken);

    /// <summary>Removes a schedule; its jobs stay, and what is told of its runs as long as they.</summary>
    /// <param name="name">Which one.</param>
    /// <param name="isDeclared">Only one that is declared in the configuration, or only one that is not: who made it removes it.</param>
    /// <param name="cancellationToken">Ends the wait; whether it was removed is then unknown.</param>
    /// <returns>Whether there was one.</returns>
    Task<bool> DeleteAsync(ScheduleName name, bool isDeclared, CancellationToken cancellationToken);

    /// <summary>Makes a job of a schedule now, whatever its state.</summary>
    /// <param name="name">Which one.</param>
    /// <param name="actor">Who asks for it; null for a developer on this machine.</param>
    /// <param name="cancellationToken">Ends the wait; whether the job was made is then unknown.</param>
    Task<Result<Job>> TriggerAsync(ScheduleName name, string? actor, CancellationToken cancellationToken);

    /// <summary>Makes a job for each past occurrence that has none.</summary>
    /// <param name="name">Which schedule.</param>
    /// <param name="from">The first instant of those asked for.</param>
    /// <param name="to">The last; what is not past yet is left to its time.</param>
    /// <param name="max">How many jobs are made at most: 1 to 1,000.</param>
    /// <param name="actor">Who asks for it.</param>
    /// <param name="cancellationToken">Ends the wait; whether they were made is then unknown.</param>
    /// <returns>Refused where <paramref name="from"/> is so long ago that it is forgotten which occurrences had a job.</returns>
    Task<Result<Backfill>> BackfillAsync(ScheduleName name, DateTimeOffset from, DateTimeOffset to, int max, string? actor, CancellationToken cancellationToken);
}
