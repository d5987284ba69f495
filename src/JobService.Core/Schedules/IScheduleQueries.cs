using JobService.Core.Errors;

namespace JobService.Core.Schedules;

/// <summary>Reads schedules.</summary>
public interface IScheduleQueries
{
    /// <summary>Refused where there is none of that name, or a later version has written it so that this one can't read it.</summary>
    Task<Result<Schedule>> FindAsync(ScheduleName name, CancellationToken cancellationToken);

    /// <summary>By name, up to <paramref name="limit"/> of those behind <paramref name="after"/>; without those that this version can't read.</summary>
    Task<IReadOnlyList<Schedule>> ListAsync(ScheduleName? after, int limit, CancellationToken cancellationToken);

    /// <summary>The newest run of each of the schedules that has one.</summary>
    Task<IReadOnlyDictionary<ScheduleName, ScheduleRun>> LastRunsAsync(IReadOnlyCollection<ScheduleName> names, CancellationToken cancellationToken);

    /// <summary>The newest first, up to <paramref name="limit"/> of those before an occurrence.</summary>
    Task<IReadOnlyList<ScheduleRun>> RunsAsync(ScheduleName name, (DateTimeOffset DueAt, RunKind Kind)? before, int limit, CancellationToken cancellationToken);
}
