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
        var options = new DbContextOptionsBuilder<JobServiceDbContext>()
            .UseNpgsql(connection, npgsql => npgsql.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)))
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .Options;
        await using var context = new JobServiceDbContext(options);
        var row = await context.Jobs.SingleOrDefaultAsync(row => row.Id == id.Value, cancellationToken);
        return row?.ToJob();
    }
}
