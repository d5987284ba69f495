using JobService.Conformance.Stores;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Queues;

namespace JobService.Conformance.Cases;

/// <summary>What counts, what is kept and what is forgotten along the life of a job.</summary>
public abstract class LifeCases(Func<Task<StoreUnderTest>> create) : StoreCases(create)
{
    [Fact]
    public async Task Higher_priorities_are_claimed_first_and_within_one_whoever_came_first()
    {
        var ids = new List<JobId>();
        foreach (var priority in new[] { 5, 0, 9, 5, 9 })
            ids.Add(await Store.EnqueueAsync(Store.NewJob(priority)));
        var worker = await Store.RegisterAsync();

        var order = new List<JobId>();
        for (var i = 0; i < ids.Count; i++)
            order.Add(Assert.Single(await Store.ClaimAsync(worker, maxJobs: 1)).Id);

        Assert.Equal([ids[2], ids[4], ids[0], ids[3], ids[1]], order);
        Assert.Empty(await Store.ClaimAsync(worker));
    }

    [Fact]
    public async Task A_worker_is_given_the_types_it_knows_from_the_queues_it_serves()
    {
        var mail = await Store.EnqueueAsync(Store.NewJob() with { Queue = QueueName.Parse("mail.eu") });
        await Store.EnqueueAsync(Store.NewJob() with { Type = JobType.Parse("of.another"), Queue = QueueName.Parse("mail.eu") });
        await Store.EnqueueAsync(Store.NewJob() with { Queue = QueueName.Parse("reports") });

        Assert.Equal([mail], (await Store.ClaimAsync(await Store.RegisterAsync(), queue: "mail.*")).Select(claim => claim.Id));
    }

    [Fact]
    public async Task Enqueueing_several_stores_all_of_them_in_their_order()
    {
        var now = await Store.NowAsync();
        NewJob[] jobs = [Store.NewJob(), Store.NewJob() with { Delay = TimeSpan.FromHours(1) }, Store.NewJob() with { RunAt = now - TimeSpan.FromHours(1) }];

        var enqueued = await Store.Jobs.EnqueueAsync(jobs, Cancellation);

        Assert.Equal(jobs.Select(job => job.Id), enqueued.Select(job => job.Id));
        Assert.Equal([JobState.Queued, JobState.Scheduled, JobState.Queued], enqueued.Select(job => job.State));
        Assert.Equal(enqueued[1].CreatedAt + TimeSpan.FromHours(1), enqueued[1].RunAt);
    }

    [Fact]
    public async Task Failures_count_and_snoozes_and_releases_do_not()
    {
        var claim = await Store.RunAsync();
        Assert.True(await Store.ApplyAsync(JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, Situations.Error, TimeSpan.Zero)));
        Assert.Equal((JobState.Retrying, 1, "1: Failed test.error"), await StandingAsync(claim.Id));

        claim = await AgainAsync(claim.Id);
        Assert.True(await Store.ApplyAsync(JobTransition.Snooze(claim.Id, claim.Token, TimeSpan.Zero)));
        Assert.Equal((JobState.Scheduled, 1, "1: Failed test.error"), await StandingAsync(claim.Id));

        claim = await AgainAsync(claim.Id);
        Assert.Equal(2, claim.Attempt);
        Assert.True(await Store.ApplyAsync(JobTransition.Release(claim.Id, claim.Token)));
        Assert.Equal((JobState.Queued, 1, "1: Failed test.error"), await StandingAsync(claim.Id));

        claim = await AgainAsync(claim.Id);
        Assert.True(await Store.ApplyAsync(JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.TimedOut, Situations.Error, "attempts-exhausted")));
        Assert.Equal((JobState.Failed, 2, "2: TimedOut test.error"), await StandingAsync(claim.Id));
    }

    [Fact]
    public async Task Crashes_count_apart_make_a_suspect_and_end_at_the_cap()
    {
        var claim = await Store.RunAsync();
        for (var crash = 1; crash <= 3; crash++)
        {
            await Store.Leases.LeaveAsync(await LoseAsync(claim), Cancellation);
            var seen = await Store.SeeAsync(claim.Id);
            Assert.Equal((JobState.Queued, crash, crash, 10 + crash), (seen!.State, seen.Attempt, seen.Crashes, seen.MaxAttempts));
            claim = await AgainAsync(claim.Id);
            Assert.Equal((crash, crash >= 2, 1), (claim.Crashes, claim.IsSuspect, claim.FailuresIfThisFails));
        }

        await LoseAsync(claim);
        var lost = await Store.SeeAsync(claim.Id);
        Assert.Equal((JobState.Failed, "lost", 4, "4: Lost worker.lost"), (lost!.State, lost.Reason, lost.Crashes, lost.LastError));
    }

    [Fact]
    public async Task Suspects_run_one_at_a_time_and_only_where_they_may()
    {
        JobId[] suspects = [await Store.EnqueueAsync(), await Store.EnqueueAsync()];
        for (var crash = 0; crash < 2; crash++)
        {
            var worker = await Store.RegisterAsync();
            while ((await Store.ClaimAsync(worker)).Count > 0)
            {
                // One at a time, once they are suspects.
            }

            await Store.Leases.LeaveAsync(worker, Cancellation);
            await Store.Leases.ReclaimAsync(await Store.RegisterAsync(), 1_000, Cancellation);
        }

        var plain = await Store.EnqueueAsync();
        var careful = await Store.RegisterAsync();
        Assert.Equal([plain], (await Store.ClaimAsync(careful, allowSuspect: false)).Select(claim => claim.Id));
        Assert.Contains(Assert.Single(await Store.ClaimAsync(careful)).Id, suspects);
        Assert.Contains(Assert.Single(await Store.ClaimAsync(careful)).Id, suspects);
        Assert.Empty(await Store.ClaimAsync(careful));
    }

    [Fact]
    public async Task A_lease_that_runs_out_gives_its_jobs_to_others_and_one_that_does_not_keeps_them()
    {
        var alive = await Store.RegisterAsync();
        await Store.EnqueueAsync();
        var kept = Assert.Single(await Store.ClaimAsync(alive));
        var dying = await Store.RegisterAsync(lease: TimeSpan.FromSeconds(15));
        await Store.EnqueueAsync();
        var lost = Assert.Single(await Store.ClaimAsync(dying));

        await Store.AdvanceAsync(TimeSpan.FromSeconds(16));

        Assert.Equal((1, 1, 0), Counts(await Store.Leases.ReclaimAsync(alive, 1_000, Cancellation)));
        Assert.Equal((0, 0, 0), Counts(await Store.Leases.ReclaimAsync(alive, 1_000, Cancellation)));
        Assert.Equal((JobState.Running, JobState.Queued), ((await Store.SeeAsync(kept.Id))!.State, (await Store.SeeAsync(lost.Id))!.State));
    }

    [Fact]
    public async Task A_worker_whose_own_lease_ran_out_or_that_has_left_takes_nothing_from_anyone()
    {
        WorkerId[] cutOff = [await Store.RegisterAsync(lease: TimeSpan.FromSeconds(15)), await Store.RegisterAsync(lease: TimeSpan.FromSeconds(15))];
        await Store.EnqueueAsync();
        var held = Assert.Single(await Store.ClaimAsync(cutOff[0]));
        var left = await Store.RegisterAsync();
        await Store.Leases.LeaveAsync(left, Cancellation);

        await Store.AdvanceAsync(TimeSpan.FromSeconds(16));

        foreach (var worker in cutOff.Append(left))
            Assert.Equal((0, 0, 0), Counts(await Store.Leases.ReclaimAsync(worker, 1_000, Cancellation)));
        Assert.Equal(1, await Store.Claims.DisownAsync(cutOff[0], [], Cancellation));
        Assert.Equal((JobState.Queued, 0), ((await Store.SeeAsync(held.Id))!.State, (await Store.SeeAsync(held.Id))!.Crashes));
        Assert.Equal((2, 0, 0), Counts(await Store.Leases.ReclaimAsync(await Store.RegisterAsync(), 1_000, Cancellation)));
    }

    [Fact]
    public async Task A_worker_whose_own_lease_ran_out_takes_no_job_far_past_its_hard_limit()
    {
        var claim = await Store.RunAsync();
        var cutOff = await Store.RegisterAsync(lease: TimeSpan.FromSeconds(15));

        await Store.AdvanceAsync(claim.Policies.Timeout.Hard + TimeSpan.FromMinutes(2));

        Assert.Equal((0, 0, 0), Counts(await Store.Leases.ReclaimAsync(cutOff, 1_000, Cancellation)));
        Assert.Equal(JobState.Running, (await Store.SeeAsync(claim.Id))!.State);
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_given_back_and_costs_nothing()
    {
        var worker = await Store.RegisterAsync();
        await Store.EnqueueAsync();
        await Store.EnqueueAsync();
        var claims = await Store.ClaimAsync(worker);

        Assert.Equal(1, await Store.Claims.DisownAsync(worker, [claims[0].Token], Cancellation));

        Assert.Equal((JobState.Running, 1, null), await StandingAsync(claims[0].Id));
        Assert.Equal((JobState.Queued, 0, null), await StandingAsync(claims[1].Id));
    }

    [Fact]
    public async Task A_running_job_is_asked_to_stop_and_does_not_wait_for_another_run()
    {
        foreach (var end in new Func<Claim, JobTransition>[]
        {
            claim => JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, Situations.Error, TimeSpan.FromHours(1)),
            claim => JobTransition.Snooze(claim.Id, claim.Token, TimeSpan.FromHours(1)),
            claim => JobTransition.Release(claim.Id, claim.Token),
            claim => JobTransition.Cancel(claim.Id, claim.Token, reason: null),
        })
        {
            var worker = await Store.RegisterAsync();
            await Store.EnqueueAsync();
            var claim = Assert.Single(await Store.ClaimAsync(worker));

            Assert.Equal(JobCancellation.Requested, (await Store.Jobs.CancelAsync(claim.Id, "too late", actor: null, Cancellation)).Value);
            Assert.Equal(JobCancellation.Requested, (await Store.Jobs.CancelAsync(claim.Id, "another reason", actor: null, Cancellation)).Value);
            var request = Assert.Single(await Store.Leases.CancelRequestsAsync(worker, [claim.Id], Cancellation));
            Assert.Equal((claim.Id, claim.Token, "too late"), (request.Id, request.Token, request.Reason));

            Assert.True(await Store.ApplyAsync(end(claim)));
            var seen = await Store.SeeAsync(claim.Id);
            Assert.Equal((JobState.Cancelled, "too late"), (seen!.State, seen.Reason));
            Assert.Equal(JobCancellation.AlreadyDone, (await Store.Jobs.CancelAsync(claim.Id, null, actor: null, Cancellation)).Value);
        }
    }

    [Fact]
    public async Task A_job_that_succeeds_although_it_was_to_be_cancelled_has_succeeded()
    {
        var claim = await Store.RunAsync();
        await Store.Jobs.CancelAsync(claim.Id, "too late", actor: null, Cancellation);

        Assert.True(await Store.ApplyAsync(JobTransition.Succeed(claim.Id, claim.Token, """{"a": 1}"""u8.ToArray())));

        var seen = await Store.SeeAsync(claim.Id);
        Assert.Equal((JobState.Succeeded, null, """{"a": 1}"""), (seen!.State, seen.Reason, seen.Result));
    }

    [Theory]
    [InlineData(false, "expired")]
    [InlineData(true, "deadline")]
    public async Task A_job_does_not_start_after_its_time(bool isDeadline, string reason)
    {
        var end = await Store.NowAsync() + TimeSpan.FromHours(1);
        var job = isDeadline ? Store.NewJob() with { Deadline = end } : Store.NewJob() with { ExpiresAt = end };
        var claimed = await Store.EnqueueAsync(job);
        await Store.AdvanceAsync(TimeSpan.FromHours(2));

        Assert.Empty(await Store.ClaimAsync(await Store.RegisterAsync()));

        var seen = await Store.SeeAsync(claimed);
        Assert.Equal((JobState.Failed, reason, 0), (seen!.State, seen.Reason, seen.Attempt));
        Assert.Equal(0, await Store.Due.ExpireAsync(10, Cancellation));
    }

    [Fact]
    public async Task A_restarted_job_begins_anew_and_its_attempts_go_on_counting()
    {
        var (id, _) = await Situations.BringAsync(Store, JobState.Failed);

        Assert.Equal(JobState.Queued, (await Store.Jobs.RestartAsync(id, new JobRestart("2"u8.ToArray()), actor: null, Cancellation)).Value);

        var claim = await AgainAsync(id);
        Assert.Equal((2, 1, 11, "2"), (claim.Attempt, claim.FailuresIfThisFails, claim.MaxAttempts, System.Text.Encoding.UTF8.GetString(claim.Payload.Span)));
    }

    [Fact]
    public async Task A_restart_asked_for_twice_is_one_and_another_restart_is_refused()
    {
        var (id, _) = await Situations.BringAsync(Store, JobState.Failed);
        var restart = new JobRestart("2"u8.ToArray());
        await Store.Jobs.RestartAsync(id, restart, actor: null, Cancellation);

        Assert.Equal(JobState.Queued, (await Store.Jobs.RestartAsync(id, restart, actor: null, Cancellation)).Value);
        foreach (var other in new[] { new JobRestart("3"u8.ToArray()), restart with { RunAt = await Store.NowAsync() + TimeSpan.FromHours(1) } })
            Assert.IsType<Refusal.WrongState>((await Store.Jobs.RestartAsync(id, other, actor: null, Cancellation)).Refusal);
        Assert.Equal("2", (await Store.SeeAsync(id))!.Payload);
    }

    [Fact]
    public async Task A_job_that_succeeds_though_it_was_asked_to_stop_says_so_until_it_is_restarted()
    {
        var (id, claim) = await Situations.BringAsync(Store, JobState.Running);
        await Store.Jobs.CancelAsync(id, "not needed", actor: null, Cancellation);
        Assert.True(await Store.ApplyAsync(JobTransition.Succeed(id, claim!.Token, "1"u8.ToArray())));

        var seen = await Store.SeeAsync(id);
        Assert.Equal((JobState.Succeeded, true, null), (seen!.State, seen.IsCancelRequested, seen.Reason));
        await Store.Jobs.RestartAsync(id, new JobRestart(), actor: null, Cancellation);
        Assert.False((await Store.SeeAsync(id))!.IsCancelRequested);
    }

    [Fact]
    public async Task An_edit_keeps_the_place_in_the_queue_unless_queue_priority_or_time_change()
    {
        JobId[] ids = [await Store.EnqueueAsync(), await Store.EnqueueAsync(), await Store.EnqueueAsync()];

        await EditAsync(ids[0], new JobEdit { Payload = "7"u8.ToArray(), Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "b" }, Priority = new JobPriority(5) });
        await EditAsync(ids[1], new JobEdit { RunAt = await Store.NowAsync() });

        var claims = await Store.ClaimAsync(await Store.RegisterAsync());
        Assert.Equal([ids[0], ids[2], ids[1]], claims.Select(claim => claim.Id));
        Assert.Equal("7", System.Text.Encoding.UTF8.GetString(claims[0].Payload.Span));
        Assert.Equal("b", claims[0].Tags["a"]);
    }

    [Fact]
    public async Task An_edit_of_another_revision_is_refused()
    {
        var id = await Store.EnqueueAsync();
        await EditAsync(id, new JobEdit { Priority = new JobPriority(1), ExpectedRevision = 0 });

        var answer = await Store.Jobs.EditAsync(id, new JobEdit { Priority = new JobPriority(2), ExpectedRevision = 0 }, actor: null, Cancellation);

        Assert.IsType<Refusal.PreconditionFailed>(answer.Refusal);
        var seen = await Store.SeeAsync(id);
        Assert.Equal((1, 1), (seen!.Priority, seen.Revision));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_edit_to_a_time_after_the_job_s_own_end_is_refused_and_one_before_it_is_not(bool isDeadline)
    {
        var end = await Store.NowAsync() + TimeSpan.FromHours(2);
        var job = Store.NewJob() with { Delay = TimeSpan.FromHours(1) };
        var id = await Store.EnqueueAsync(isDeadline ? job with { Deadline = end } : job with { ExpiresAt = end });

        var answer = await Store.Jobs.EditAsync(id, new JobEdit { RunAt = end + TimeSpan.FromSeconds(1), Priority = new JobPriority(1) }, actor: null, Cancellation);

        Assert.IsType<Refusal.Invalid>(answer.Refusal);
        var seen = await Store.SeeAsync(id);
        Assert.Equal((JobState.Scheduled, 5, 0), (seen!.State, seen.Priority, seen.Revision));
        await EditAsync(id, new JobEdit { RunAt = end });
        await EditAsync(id, new JobEdit { RunAt = await Store.NowAsync() });
        Assert.Equal(JobState.Queued, (await Store.SeeAsync(id))!.State);
    }

    [Fact]
    public async Task What_is_erased_is_gone_and_needs_a_new_payload_to_run_again()
    {
        var (id, _) = await Situations.BringAsync(Store, JobState.Succeeded);
        Assert.Equal(JobState.Succeeded, (await Store.Jobs.EraseAsync(id, actor: null, Cancellation)).Value);

        var seen = await Store.SeeAsync(id);
        Assert.Equal((null, null, true), (seen!.Payload, seen.Result, seen.IsErased));
        Assert.IsType<Refusal.Gone>((await Store.Jobs.RestartAsync(id, new JobRestart(), actor: null, Cancellation)).Refusal);
        Assert.Null((await Store.Jobs.RestartAsync(id, new JobRestart("3"u8.ToArray()), actor: null, Cancellation)).Refusal);
        Assert.Equal("3", (await Store.SeeAsync(id))!.Payload);
    }

    [Theory]
    [InlineData(JobState.Blocked)]
    [InlineData(JobState.Scheduled)]
    [InlineData(JobState.Queued)]
    [InlineData(JobState.Retrying)]
    [InlineData(JobState.Succeeded)]
    [InlineData(JobState.Failed)]
    [InlineData(JobState.Cancelled)]
    public async Task A_deleted_job_is_unknown_to_every_call(JobState state)
    {
        var (id, _) = await Situations.BringAsync(Store, state);
        Assert.Equal(state, (await Store.Jobs.DeleteAsync(id, Cancellation)).Value);

        Assert.Null(await Store.SeeAsync(id));
        Assert.IsType<Refusal.NotFound>((await Store.Jobs.CancelAsync(id, null, actor: null, Cancellation)).Refusal);
        Assert.IsType<Refusal.NotFound>((await Store.Jobs.RestartAsync(id, new JobRestart(), actor: null, Cancellation)).Refusal);
        Assert.IsType<Refusal.NotFound>((await Store.Jobs.EditAsync(id, new JobEdit(), actor: null, Cancellation)).Refusal);
        Assert.IsType<Refusal.NotFound>((await Store.Jobs.EraseAsync(id, actor: null, Cancellation)).Refusal);
        Assert.IsType<Refusal.NotFound>((await Store.Jobs.DeleteAsync(id, Cancellation)).Refusal);
    }

    [Fact]
    public async Task A_running_job_is_neither_deleted_nor_erased_nor_edited()
    {
        var claim = await Store.RunAsync();
        var before = await Store.SeeAsync(claim.Id);

        Assert.IsType<Refusal.WrongState>((await Store.Jobs.DeleteAsync(claim.Id, Cancellation)).Refusal);
        Assert.IsType<Refusal.WrongState>((await Store.Jobs.EraseAsync(claim.Id, actor: null, Cancellation)).Refusal);
        Assert.IsType<Refusal.WrongState>((await Store.Jobs.EditAsync(claim.Id, new JobEdit { Priority = new JobPriority(1) }, actor: null, Cancellation)).Refusal);
        Assert.Equal(before, await Store.SeeAsync(claim.Id));
    }

    private static (int Workers, int Requeued, int Ended) Counts(ReclaimedJobs jobs) => (jobs.Workers, jobs.Requeued, jobs.Ended);

    private async Task<(JobState State, int Attempt, string? LastError)> StandingAsync(JobId id)
    {
        var seen = await Store.SeeAsync(id);
        return (seen!.State, seen.Attempt, seen.LastError);
    }

    private async Task EditAsync(JobId id, JobEdit edit) => Assert.Null((await Store.Jobs.EditAsync(id, edit, actor: null, Cancellation)).Refusal);

    private async Task<Claim> AgainAsync(JobId id)
    {
        await Store.AdvanceAsync(TimeSpan.FromSeconds(1));
        await Store.Due.PromoteAsync(10, Cancellation);
        return Assert.Single(await Store.ClaimAsync(await Store.RegisterAsync()), claim => claim.Id == id);
    }

    /// <summary>Long past its hard limit, a job is taken from whoever holds it.</summary>
    private async Task<WorkerId> LoseAsync(Claim claim)
    {
        await Store.AdvanceAsync(claim.Policies.Timeout.Hard + TimeSpan.FromMinutes(2));
        await Store.Leases.ReclaimAsync(await Store.RegisterAsync(), 1_000, Cancellation);
        return await Store.RegisterAsync();
    }
}
