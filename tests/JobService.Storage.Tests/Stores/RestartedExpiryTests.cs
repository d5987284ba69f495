using JobService.Core.Attempts;
using JobService.Core.Jobs;
using JobService.Core.Retries;

namespace JobService.Storage.Tests.Stores;

public sealed class RestartedExpiryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_retried_by_hand_after_its_time_to_start_is_not_failed_by_its_old_expiry()
    {
        await using var bench = await StoreBench.CreateAsync();
        var id = await bench.EnqueueAsync(job => job with { ExpiresAt = TimeProvider.System.GetUtcNow().AddMinutes(1) });
        var claim = await bench.ClaimAsync();
        await bench.Database.AdvanceAsync(TimeSpan.FromMinutes(2));

        // It started in time, failed later, and someone wants it run all the same, before any sweep saw that it had ended.
        await bench.Claims.ExchangeAsync([Failed(claim.Id, claim)], request: null, Stop);
        await bench.Jobs.RestartAsync(id, new JobRestart(), "me", Stop);
        await bench.Due.ExpireAsync(100, Stop);

        Assert.Equal("queued", await bench.StateAsync(id));
        Assert.Equal(0, await bench.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.expiring_jobs"));
    }

    [Fact]
    public async Task A_waiting_job_past_its_time_is_failed_once_with_the_reason_that_applies()
    {
        await using var bench = await StoreBench.CreateAsync();
        var now = TimeProvider.System.GetUtcNow();
        var expired = await bench.EnqueueAsync(job => job with { ExpiresAt = now.AddMinutes(1), Deadline = now.AddHours(1) });
        var overdue = await bench.EnqueueAsync(job => job with { Deadline = now.AddMinutes(1) });
        await bench.Database.AdvanceAsync(TimeSpan.FromMinutes(2));

        await bench.Due.ExpireAsync(100, Stop);

        Assert.Equal(("failed expired", "failed deadline"), (await bench.StateAsync(expired), await bench.StateAsync(overdue)));
    }

    private static JobTransition Failed(JobId id, Core.Claiming.Claim claim) =>
        JobTransition.Fail(id, claim.Token, AttemptFailure.Failed, new AttemptError("x", "y"), FailureReason.NotRetryable);
}
