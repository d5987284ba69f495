using JobService.Core.Leases;
using JobService.Core.Workers;
using Microsoft.EntityFrameworkCore;

namespace JobService.Core.Storage.Reading;

/// <summary>Reads workers through EF Core.</summary>
internal sealed class PostgresWorkerQueries(IDbContextFactory<JobServiceDbContext> contexts) : IWorkerQueries
{
    private const int MostEnded = 100;

    public async Task<IReadOnlyList<RegisteredWorker>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var live = await Select(context, context.Workers.Where(row => row.EndedAt == null)).ToListAsync(cancellationToken);
        var ended = await Select(context, context.Workers.Where(row => row.EndedAt != null).OrderByDescending(row => row.Id).Take(MostEnded))
            .ToListAsync(cancellationToken);
        return [.. live.Concat(ended)
            .OrderBy(row => row.Row.EndedAt is not null).ThenByDescending(row => row.Row.Id)
            .Select(row => ToWorker(row.Row, row.Running))];
    }

    private static IQueryable<CountedWorker> Select(JobServiceDbContext context, IQueryable<WorkerRow> workers) => workers
        .Select(row => new CountedWorker(row, context.RunningJobs.Count(job => job.WorkerId == row.Id)));

    private static RegisteredWorker ToWorker(WorkerRow row, int running) => new()
    {
        Id = new WorkerId(row.Id),
        Name = row.Name,
        Host = row.Host,
        Version = row.Version,
        ProcessId = row.Pid,
        State = row.State,
        Slots = row.Slots,
        Running = running,
        Queues = row.Queues,
        Types = row.Types,
        StartedAt = row.StartedAt,
        BeatAt = row.BeatAt,
        LeaseUntil = row.LeaseUntil,
        EndedAt = row.EndedAt,
    };

    private sealed record CountedWorker(WorkerRow Row, int Running);
}
