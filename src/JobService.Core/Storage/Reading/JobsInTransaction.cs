using JobService.Core.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace JobService.Core.Storage.Reading;

/// <summary>Reads jobs as they stand within a transaction, what it has done itself included.</summary>
internal static class JobsInTransaction
{
    public static async Task<Job?> FindAsync(NpgsqlConnection connection, JobId id, CancellationToken cancellationToken)
    {
        await using var context = Context(connection);
        var row = await context.Jobs.SingleOrDefaultAsync(row => row.Id == id.Value, cancellationToken);
        return row?.ToJob();
    }

    /// <summary>Those of the jobs that are there, the oldest first.</summary>
    public static async Task<IReadOnlyList<Job>> ReadAsync(NpgsqlConnection connection, IReadOnlyList<JobId> ids, CancellationToken cancellationToken)
    {
        await using var context = Context(connection);
        var values = ids.Select(id => id.Value).ToArray();
        var (first, last) = (values.Min(), values.Max());
        var rows = await context.Jobs
            .Where(row => values.Contains(row.Id) && row.Id >= first && row.Id <= last)
            .OrderBy(row => row.Id)
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => row.ToJob());
    }

    private static JobServiceDbContext Context(NpgsqlConnection connection) => new(new DbContextOptionsBuilder<JobServiceDbContext>()
        .UseNpgsql(connection, npgsql => npgsql.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)))
        .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
        .Options);
}
