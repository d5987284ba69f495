using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Schedules;

namespace JobService.Storage.Tests.Stores;

/// <summary>What a schedule makes of what became of its jobs.</summary>
public sealed class ScheduleJobsTests
{
    private static readonly AttemptError Error = new("demo.failed", "It failed.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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

    [Fact]
    public async Task Failures_pause_a_schedule_while_newer_jobs_wait_for_a_retry()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { PauseAfterFailures = 2, Overlap = OverlapPolicy.Allow });
        for (var n = 0; n < 3; n++)
            await bench.AdvanceAsync(seconds: 10);
        var newest = (await bench.RunsAsync())[^1].Job;

        await bench.EndJobsAsync(claim => claim.Id == newest ? JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, Error, TimeSpan.FromHours(1)) : Fail(claim));
        await bench.AdvanceAsync(seconds: 10);

        Assert.Equal((ScheduleState.Paused, "Its last 2 jobs failed."), await StandingAsync(bench));
        Assert.Equal([RunOutcome.Fired, RunOutcome.Fired, RunOutcome.Fired, RunOutcome.Paused], await bench.OutcomesAsync());
    }

    [Fact]
    public async Task A_success_among_the_last_that_ended_keeps_a_schedule_going()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { PauseAfterFailures = 2, Overlap = OverlapPolicy.Allow });
        for (var n = 0; n < 3; n++)
            await bench.AdvanceAsync(seconds: 10);
        var second = (await bench.RunsAsync())[1].Job;

        await bench.EndJobsAsync(claim => claim.Id == second ? JobTransition.Succeed(claim.Id, claim.Token, result: null) : Fail(claim));
        await bench.AdvanceAsync(seconds: 10);

        Assert.Equal((ScheduleState.Active, null), await StandingAsync(bench));
    }

    [Fact]
    public async Task The_same_definition_again_takes_back_no_failure()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { PauseAfterFailures = 2 });
        for (var n = 0; n < 2; n++)
        {
            await bench.AdvanceAsync(seconds: 10);
            await bench.EndJobsAsync(Fail);
            var before = await bench.FindAsync();
            var again = await bench.SaveAsync(ScheduleBench.Every(seconds: 10) with { PauseAfterFailures = 2 });
            Assert.Equal((before.Revision, before.CountedFrom, before.UpdatedAt), (again.Revision, again.CountedFrom, again.UpdatedAt));
        }

        await bench.AdvanceAsync(seconds: 10);

        Assert.Equal((ScheduleState.Paused, "Its last 2 jobs failed."), await StandingAsync(bench));
    }

    [Fact]
    public async Task What_still_runs_counts_once_its_schedule_allows_no_overlap_any_more()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { Overlap = OverlapPolicy.Allow });
        await bench.AdvanceAsync(seconds: 10);
        await bench.AdvanceAsync(seconds: 10);

        await bench.ChangeAsync((schedule, now) => schedule.Redefine(schedule.Definition with { Overlap = OverlapPolicy.Skip }, now));
        var live = (await bench.FindAsync()).LiveJobs;
        await bench.AdvanceAsync(seconds: 10);
        await bench.EndJobsAsync(Succeed);
        await bench.AdvanceAsync(seconds: 10);

        Assert.Equal((await bench.RunsAsync()).Take(2).Select(run => run.Job!.Value), live);
        Assert.Equal([RunOutcome.Fired, RunOutcome.Fired, RunOutcome.Overlapped, RunOutcome.Fired], await bench.OutcomesAsync());
    }

    [Fact]
    public async Task A_job_that_is_retried_by_hand_counts_again_until_it_has_ended()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 10);
        await bench.EndJobsAsync(Fail);
        await bench.AdvanceAsync(seconds: 10);
        await bench.EndJobsAsync(Succeed);

        await RestartAsync(bench, (await bench.JobsAsync())[0].Id);
        await bench.AdvanceAsync(seconds: 10);
        await bench.EndJobsAsync(Succeed);
        await bench.AdvanceAsync(seconds: 10);

        Assert.Equal([RunOutcome.Fired, RunOutcome.Fired, RunOutcome.Overlapped, RunOutcome.Fired], await bench.OutcomesAsync());
    }

    [Fact]
    public async Task A_retry_by_hand_counts_for_a_schedule_that_was_deleted_and_made_anew()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 10);
        await bench.EndJobsAsync(Fail);
        await bench.Storage.Schedules.DeleteAsync(ScheduleBench.Name, isDeclared: false, Cancellation);
        await bench.SaveAsync(ScheduleBench.Every(seconds: 10));

        var job = Assert.Single(await bench.JobsAsync()).Id;
        await RestartAsync(bench, job);

        Assert.Equal([job], (await bench.FindAsync()).LiveJobs);
    }

    [Theory]
    [InlineData(OverlapPolicy.Skip)]
    [InlineData(OverlapPolicy.Allow)]
    public async Task A_retry_by_hand_counts_by_what_its_schedule_is_once_nobody_else_holds_it(OverlapPolicy before)
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { Overlap = before });
        await bench.AdvanceAsync(seconds: 10);
        await bench.EndJobsAsync(Fail);
        var job = Assert.Single(await bench.JobsAsync()).Id;

        // Who holds it has seen that the job is final, and that it matters from now on.
        await using var held = await HeldSchedule.BeginAsync(bench.Storage, "UPDATE jobservice.schedules SET live_jobs = '{}', overlap = 0");
        var restart = RestartAsync(bench, job);
        await held.CommitBeforeAsync(restart);
        await restart;

        Assert.Equal([job], (await bench.FindAsync()).LiveJobs);
    }

    [Fact]
    public async Task A_retry_by_hand_of_a_job_that_still_counts_counts_it_once()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 10);
        await bench.EndJobsAsync(Fail);
        var job = Assert.Single(await bench.JobsAsync()).Id;

        await RestartAsync(bench, job);

        Assert.Equal([job], (await bench.FindAsync()).LiveJobs);
    }

    private static async Task RestartAsync(ScheduleBench bench, JobId id) =>
        Assert.Equal(JobState.Queued, (await bench.Storage.Jobs.RestartAsync(id, new JobRestart(), actor: null, Cancellation)).Value);

    private static JobTransition Fail(Claim claim) => JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, Error, "attempts");

    private static JobTransition Succeed(Claim claim) => JobTransition.Succeed(claim.Id, claim.Token, result: null);

    private static async Task<(ScheduleState State, string? Because)> StandingAsync(ScheduleBench bench)
    {
        var schedule = await bench.FindAsync();
        return (schedule.State, schedule.PausedBecause);
    }
}
