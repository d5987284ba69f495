using JobService.Core.Jobs;

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
}
