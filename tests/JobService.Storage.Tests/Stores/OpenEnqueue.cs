using JobService.Core.Jobs;
using JobService.Core.Storage;
using JobService.Core.Storage.Stores;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>Jobs that are inserted, with their place in the lane drawn, but not committed yet.</summary>
internal sealed class OpenEnqueue : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private OpenEnqueue(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<JobId> ids)
    {
        (this.connection, this.transaction, Ids) = (connection, transaction, ids);
    }

    public IReadOnlyList<JobId> Ids { get; }

    public static async Task<OpenEnqueue> BeginAsync(TestStorage storage, params NewJob[] jobs)
    {
        var cancellation = TestContext.Current.CancellationToken;

        // Not from the pool under test: that is for calls that end.
        var opened = await storage.Database.Source.OpenConnectionAsync(cancellation);
        var names = storage.Names.Current;
        await names.InternAsync(opened, jobs.Select(job => job.Queue), jobs.Select(job => job.Type), cancellation);
        await names.RegisterLanesAsync(opened, jobs.Select(job => (names.Id(job.Queue), PostgresJobStore.Rank(job.Priority))).Distinct(), cancellation);
        var lanes = await names.LimitLanes.InternAsync(opened, EnqueueRows.LanesOf(jobs, names), cancellation);
        var begun = await opened.BeginTransactionAsync(cancellation);
        await using var insert = EnqueueRows.Fill(new NpgsqlCommand(SqlText.Read("enqueue_jobs"), opened), jobs, names, lanes);
        await insert.ExecuteNonQueryAsync(cancellation);
        return new OpenEnqueue(opened, begun, [.. jobs.Select(job => job.Id)]);
    }

    public Task CommitAsync() => transaction.CommitAsync(TestContext.Current.CancellationToken);

    /// <summary>Rolls back what was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
