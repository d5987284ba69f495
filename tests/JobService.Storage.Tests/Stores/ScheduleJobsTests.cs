using JobService.Core.Jobs;

namespace JobService.Storage.Tests.Stores;

/// <summary>What a schedule makes of what became of its jobs.</summary>
public sealed class ScheduleJobsTests
{
    [Fact]
    public async Task A_job_that_comes_late_has_all_its_time_for_retries()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 7_200);
        var job = Assert.Single(await bench.JobsAsync());
        DateTimeOffset? told = null;

        await bench.EndJobsAsync(claim =>
        {
            told = claim.RunAt;
            return JobTransition.Succeed(claim.Id, claim.Token, result: null);
        });

        Assert.True(job.Schedule!.IsLate);
        Assert.Equal((job.CreatedAt, job.CreatedAt), (job.RunAt, told));
    }
}
