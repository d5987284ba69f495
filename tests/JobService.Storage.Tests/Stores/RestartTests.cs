using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Storage.Tests.Sql;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

public sealed class RestartTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restarted_job_is_found_in_a_lane_that_no_claimer_knew()
    {
        await using var bench = await StoreBench.CreateAsync();
        JobId[] ids = [await bench.EnqueueAsync(), await bench.EnqueueAsync(job => job with { Priority = new JobPriority(9) })];
        foreach (var id in ids)
            await bench.Jobs.CancelAsync(id, reason: null, actor: null, Stop);
        await bench.Database.ExecuteAsync("DELETE FROM jobservice.lanes");

        await bench.Jobs.RestartAsync(ids[0], new JobRestart(), actor: null, Stop);
        await bench.Jobs.RestartAsync(ids[1], new JobRestart(RunAt: TimeProvider.System.GetUtcNow().AddHours(1)), actor: null, Stop);
        await bench.Database.AdvanceAsync(TimeSpan.FromHours(2));
        await bench.Due.PromoteAsync(10, Stop);

        Assert.Equal(ids.ToHashSet(), (await bench.ExchangeAsync()).Claims.Select(claim => claim.Id).ToHashSet());
    }

    [Fact]
    public async Task A_job_that_is_being_erased_is_not_run_without_its_payload()
    {
        await using var bench = await StoreBench.CreateAsync();
        var id = await bench.EnqueueAsync();
        await bench.Jobs.CancelAsync(id, reason: null, actor: null, Stop);
        await using var connection = await bench.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var erase = new NpgsqlCommand(SqlFile.Of("erase_job").Text, connection) { Parameters = { new() { Value = id.Value }, new() { Value = "me" } } })
            await erase.ExecuteNonQueryAsync(Stop);

        var restarting = bench.Jobs.RestartAsync(id, new JobRestart(), actor: null, Stop);
        await bench.WaitUntilAsync(waiting: 1, restarting);
        await transaction.CommitAsync(Stop);

        Assert.IsType<Refusal.Gone>((await restarting).Refusal);
        Assert.Equal("cancelled cancelled", await bench.StateAsync(id));
    }

    [Fact]
    public async Task A_job_that_is_being_restarted_is_not_erased()
    {
        await using var bench = await StoreBench.CreateAsync();
        var id = await bench.EnqueueAsync();
        await bench.Jobs.CancelAsync(id, reason: null, actor: null, Stop);
        await using var connection = await bench.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var restart = new NpgsqlCommand(SqlFile.Of("restart_job").Text, connection))
        {
            foreach (var (value, type) in new (object, string)[] { (id.Value, "uuid"), (DBNull.Value, "json"), (DBNull.Value, "timestamptz"), ("me", "text") })
                restart.Parameters.Add(new NpgsqlParameter { Value = value, DataTypeName = type });
            await restart.ExecuteNonQueryAsync(Stop);
        }

        var erasing = bench.Jobs.EraseAsync(id, actor: null, Stop);
        await bench.WaitUntilAsync(waiting: 1, erasing);
        await transaction.CommitAsync(Stop);

        Assert.IsType<Refusal.WrongState>((await erasing).Refusal);
        Assert.Equal("{}", System.Text.Encoding.UTF8.GetString((await bench.ClaimAsync()).Payload.Span));
    }

    [Fact]
    public async Task Restarting_erasing_deleting_and_pruning_one_job_at_once_ends_without_a_deadlock()
    {
        await using var bench = await StoreBench.CreateAsync();
        for (var round = 0; round < 100; round++)
        {
            var id = await bench.EnqueueAsync();
            await bench.Jobs.CancelAsync(id, reason: null, actor: null, Stop);

            await Task.WhenAll(
                bench.Jobs.RestartAsync(id, new JobRestart(), actor: null, Stop),
                bench.Jobs.EraseAsync(id, actor: null, Stop),
                bench.Jobs.DeleteAsync(id, Stop),
                bench.Database.ExecuteAsync(SqlFile.Of("prune_jobs").Text, Guid.Empty, Guid.AllBitsSet, 0L, 10));
        }
    }
}
