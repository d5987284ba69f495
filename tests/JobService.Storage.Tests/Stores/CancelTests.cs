using JobService.Core.Jobs;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

public sealed class CancelTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_requests_to_cancel_at_once_are_one_entry_of_the_timeline()
    {
        await using var bench = await StoreBench.CreateAsync();
        var id = await bench.EnqueueAsync();
        await bench.ExchangeAsync();
        await using var connection = await bench.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var hold = new NpgsqlCommand("SELECT FROM jobservice.running_jobs FOR UPDATE", connection))
            await hold.ExecuteNonQueryAsync(Stop);

        var both = Task.WhenAll(bench.Jobs.CancelAsync(id, "mine", "me", Stop), bench.Jobs.CancelAsync(id, "yours", "you", Stop));
        await bench.WaitUntilAsync(waiting: 2, both);
        await transaction.RollbackAsync(Stop);

        Assert.All(await both, answer => Assert.Equal(JobCancellation.Requested, answer.Value));
        Assert.Equal(1, await bench.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.job_events WHERE kind = 'cancel-requested'"));
        Assert.Equal(1, await bench.Database.QueryAsync<long>(
            "SELECT count(*) FROM jobservice.job_events e JOIN jobservice.running_jobs r ON r.id = e.id AND r.cancel_reason = e.detail"));
    }
}
