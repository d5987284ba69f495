using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Schedules;

namespace JobService.Storage.Tests.Stores;

public sealed class ScheduleTests
{
    [Fact]
    public async Task What_is_due_gets_one_job_of_the_template_which_knows_its_schedule()
    {
        await using var bench = await ScheduleBench.CreateAsync();

        await bench.AdvanceAsync(seconds: 10);

        var run = Assert.Single(await bench.RunsAsync());
        var job = Assert.Single(await bench.JobsAsync());
        Assert.Equal((RunOutcome.Fired, job.Id, JobState.Queued), (run.Outcome, run.Job, run.JobState));
        Assert.Equal(("""{ "to":  1 }""", "schedule:report.daily"), (job.Payload, job.CreatedBy));
        Assert.Equal((new JobSchedule("report.daily", run.DueAt), job.CreatedAt), (job.Schedule, job.RunAt));
        var schedule = await bench.FindAsync();
        Assert.Equal((run.DueAt, run.DueAt.AddSeconds(10), job.Id), (schedule.LastDueAt, schedule.NextDueAt, schedule.LastJob));
    }

    [Fact]
    public async Task A_handler_is_told_which_occurrence_it_runs_for()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 10);
        JobSchedule? told = null;

        await bench.EndJobsAsync(claim =>
        {
            told = claim.Schedule;
            return JobTransition.Succeed(claim.Id, claim.Token, result: null);
        });

        Assert.Equal((await bench.JobsAsync())[0].Schedule, told);
        Assert.NotNull(told);
    }

    [Fact]
    public async Task It_is_told_how_long_until_the_next_one_is_due()
    {
        await using var bench = await ScheduleBench.CreateAsync();

        var round = await bench.RoundAsync();

        Assert.Equal((0, false), (round.Schedules, round.HasReady));
        Assert.InRange(round.UntilNext!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task What_was_missed_for_long_gets_one_job_and_each_occurrence_is_accounted_for()
    {
        await using var bench = await ScheduleBench.CreateAsync();

        await bench.AdvanceAsync(seconds: 3_600);

        // Those of the last minute come in time, but the first of them finds the job that makes up for all the others.
        var runs = await bench.RunsAsync();
        var fired = Assert.Single(runs, run => run.Outcome == RunOutcome.Fired);
        Assert.Equal(360, runs.Count);
        Assert.Equal(Enumerable.Range(0, 360).Select(n => runs[0].DueAt.AddSeconds(10 * n)), runs.Select(run => run.DueAt));
        Assert.True(fired.IsLate);
        var job = Assert.Single(await bench.JobsAsync());
        Assert.Equal((true, runs.Count(run => run.Outcome == RunOutcome.Missed)), (job.Schedule!.IsLate, job.Schedule.Missed));
    }

    [Fact]
    public async Task More_than_a_round_takes_is_decided_round_by_round()
    {
        await using var bench = await ScheduleBench.CreateAsync(_ => ScheduleBench.Every(seconds: 1) with { Misfire = MisfirePolicy.FireAll, MaxCatchUp = 5, Overlap = OverlapPolicy.Allow });
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromSeconds(3_000));

        var rounds = 0;
        while ((await bench.RoundAsync()).Schedules > 0)
            rounds++;

        var counts = await bench.Storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.schedule_runs");
        var jobs = await bench.JobsAsync();
        Assert.InRange(rounds, 3, 5);
        Assert.InRange(counts, 3_000, 3_001);
        Assert.Equal(5, jobs.Count(job => job.Schedule!.IsLate));
        Assert.InRange(jobs.Count, 65, 66);
    }

    [Fact]
    public async Task An_occurrence_is_left_out_while_the_job_before_it_lives()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 10);
        await bench.AdvanceAsync(seconds: 10);
        await bench.EndJobsAsync(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null));
        await bench.AdvanceAsync(seconds: 10);

        Assert.Equal([RunOutcome.Fired, RunOutcome.Overlapped, RunOutcome.Fired], await bench.OutcomesAsync());
        Assert.Equal(1, (await bench.JobsAsync())[1].Schedule!.Missed);
    }

    [Fact]
    public async Task One_waits_for_the_end_of_the_job_before_it_and_then_comes_at_once()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { Overlap = OverlapPolicy.QueueOne });
        await bench.AdvanceAsync(seconds: 10);
        await bench.AdvanceAsync(seconds: 20);
        Assert.Equal([RunOutcome.Fired, RunOutcome.Waiting, RunOutcome.Overlapped], await bench.OutcomesAsync());

        await bench.RoundAsync();
        Assert.Single(await bench.JobsAsync());
        await bench.EndJobsAsync(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null));
        await bench.RoundAsync();

        Assert.Equal([RunOutcome.Fired, RunOutcome.Fired, RunOutcome.Overlapped], await bench.OutcomesAsync());
        Assert.Equal((await bench.RunsAsync())[1].DueAt, (await bench.JobsAsync())[1].Schedule!.DueAt);
    }

    [Fact]
    public async Task A_later_job_cancels_the_one_before_it()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { Overlap = OverlapPolicy.CancelPrevious });
        await bench.AdvanceAsync(seconds: 10);
        await bench.AdvanceAsync(seconds: 20);

        Assert.Equal([JobState.Cancelled, JobState.Cancelled, JobState.Queued], (await bench.JobsAsync()).Select(job => job.State));
        Assert.All(await bench.OutcomesAsync(), outcome => Assert.Equal(RunOutcome.Fired, outcome));
    }

    [Fact]
    public async Task A_job_before_it_that_a_transaction_holds_holds_up_no_other_schedule()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { Overlap = OverlapPolicy.CancelPrevious });
        var other = ScheduleName.Parse("report.other");
        await bench.Storage.Schedules.ChangeAsync(other, (_, now) => Schedule.Create(other, ScheduleBench.Every(seconds: 10) with { Overlap = OverlapPolicy.CancelPrevious }, now), TestContext.Current.CancellationToken);
        await bench.AdvanceAsync(seconds: 10);
        var before = Assert.Single(await bench.JobsAsync(), IsOfBench);
        await using (await HeldSchedule.BeginAsync(bench.Storage, $"SELECT FROM jobservice.ready_jobs WHERE id = '{before.Id.Value}' FOR UPDATE"))
        {
            await bench.AdvanceAsync(seconds: 10);

            var meanwhile = await bench.JobsAsync();
            Assert.Equal(before.Id, Assert.Single(meanwhile, IsOfBench).Id);
            Assert.Equal([JobState.Cancelled, JobState.Queued], meanwhile.Where(job => !IsOfBench(job)).Select(job => job.State));
        }

        await bench.RoundAsync();
        Assert.Equal([JobState.Cancelled, JobState.Queued], (await bench.JobsAsync()).Where(IsOfBench).Select(job => job.State));

        static bool IsOfBench(Job job) => string.Equals(job.Schedule!.Name, ScheduleBench.Name.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_pauses_when_too_many_jobs_in_a_row_have_failed_and_counts_anew_when_resumed()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { PauseAfterFailures = 2 });
        await FailAsync();
        await FailAsync();
        await bench.AdvanceAsync(seconds: 10);

        var paused = await bench.FindAsync();
        Assert.Equal((ScheduleState.Paused, "Its last 2 jobs failed."), (paused.State, paused.PausedBecause));
        await bench.ChangeAsync((schedule, now) => schedule.Resume(now));
        await FailAsync();
        await bench.AdvanceAsync(seconds: 10);

        Assert.Equal([RunOutcome.Fired, RunOutcome.Fired, RunOutcome.Paused, RunOutcome.Fired, RunOutcome.Fired], await bench.OutcomesAsync());
        Assert.Equal(ScheduleState.Active, (await bench.FindAsync()).State);

        async Task FailAsync()
        {
            await bench.AdvanceAsync(seconds: 10);
            await bench.EndJobsAsync(claim => JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, new AttemptError("a", "b"), "attempts"));
        }
    }

    [Fact]
    public async Task While_paused_each_occurrence_is_recorded_and_resuming_makes_up_for_none()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.ChangeAsync((schedule, now) => schedule.Pause("holidays", now));
        await bench.AdvanceAsync(seconds: 20);

        // Nobody looked in this time: what is due when it is resumed belongs to the pause.
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromSeconds(20));
        var resumed = (await bench.ChangeAsync((schedule, now) => schedule.Resume(now))).Value!;
        await bench.RoundAsync();

        Assert.Equal((ScheduleState.Active, null), (resumed.State, resumed.PausedBecause));
        Assert.Equal([RunOutcome.Paused, RunOutcome.Paused, RunOutcome.Paused, RunOutcome.Paused], await bench.OutcomesAsync());
        Assert.Empty(await bench.JobsAsync());
    }

    [Fact]
    public async Task An_edit_never_fires_for_the_past_and_loses_nothing_that_was_due_before_it()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromSeconds(15));

        var edited = await bench.SaveAsync(ScheduleBench.Every(seconds: 60));

        var run = Assert.Single(await bench.RunsAsync());
        Assert.Equal(RunOutcome.Fired, run.Outcome);
        Assert.Equal(2, edited.Revision);
        Assert.InRange(edited.NextDueAt!.Value - run.DueAt, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(70));
        Assert.Equal(edited.NextDueAt, (await bench.FindAsync()).NextDueAt);
    }

    [Fact]
    public async Task The_same_interval_keeps_its_step_through_an_edit()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        var before = await bench.FindAsync();

        var edited = await bench.SaveAsync(ScheduleBench.Every(seconds: 10, type: "other.type"));

        Assert.Equal((before.NextDueAt, before.AnchorAt), (edited.NextDueAt, edited.AnchorAt));
    }

    [Fact]
    public async Task A_trigger_makes_a_job_whatever_the_state_and_overlaps_count_it()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.ChangeAsync((schedule, now) => schedule.Pause(null, now));

        var job = (await bench.Storage.Schedules.TriggerAsync(ScheduleBench.Name, "alice", TestContext.Current.CancellationToken)).Value!;
        await bench.ChangeAsync((schedule, now) => schedule.Resume(now));
        await bench.AdvanceAsync(seconds: 10);

        Assert.Equal(("alice", true), (job.CreatedBy, job.Schedule!.IsTriggered));
        Assert.Equal([(RunKind.Trigger, RunOutcome.Fired), (RunKind.Occurrence, RunOutcome.Overlapped)], (await bench.RunsAsync()).Select(run => (run.Kind, run.Outcome)));
        Assert.IsType<Refusal.NotFound>((await bench.Storage.Schedules.TriggerAsync(ScheduleName.Parse("none"), null, TestContext.Current.CancellationToken)).Refusal);
    }

    [Fact]
    public async Task Its_end_its_last_run_and_its_one_time_end_it()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { MaxRuns = 1 });

        await bench.AdvanceAsync(seconds: 100);

        var ended = await bench.FindAsync();
        Assert.Equal((ScheduleState.Ended, (DateTimeOffset?)null, 1L), (ended.State, ended.NextDueAt, ended.Runs));
        Assert.Single(await bench.JobsAsync());
        Assert.Null((await bench.RoundAsync()).UntilNext);
    }

    [Fact]
    public async Task Jitter_spreads_the_jobs_and_not_the_occurrences()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { Jitter = TimeSpan.FromHours(1), Overlap = OverlapPolicy.Allow });
        await bench.AdvanceAsync(seconds: 50);

        var jobs = await bench.JobsAsync();
        Assert.Equal(5, jobs.Select(job => job.RunAt - job.Schedule!.DueAt).Distinct().Count());
        Assert.All(jobs, job => Assert.InRange(job.RunAt - job.Schedule!.DueAt, TimeSpan.Zero, TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task All_that_a_definition_says_comes_back()
    {
        var start = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with
        {
            Rule = ScheduleRule.Of(ScheduleBench.Name, "*/5 9-17 * * MON-FRI", "Europe/Vienna", null, null).Value!,
            Misfire = MisfirePolicy.FireAll,
            MaxCatchUp = 7,
            Overlap = OverlapPolicy.QueueOne,
            StartAt = start,
            EndAt = start.AddYears(1),
            MaxRuns = 1_000,
            Jitter = TimeSpan.FromSeconds(30),
            PauseAfterFailures = 3,
        });

        var found = await bench.FindAsync();

        Assert.Equal(new DateTimeOffset(2030, 1, 1, 8, 0, 0, TimeSpan.Zero), found.NextDueAt);
        Assert.Equal(
            ("*/5 9-17 * * MON-FRI", "Europe/Vienna", MisfirePolicy.FireAll, 7, OverlapPolicy.QueueOne, start, start.AddYears(1), 1_000L, TimeSpan.FromSeconds(30), 3),
            (found.Definition.Rule.Cron, found.Definition.Rule.TimeZone, found.Definition.Misfire, found.Definition.MaxCatchUp, found.Definition.Overlap, found.Definition.StartAt,
                found.Definition.EndAt, found.Definition.MaxRuns, found.Definition.Jitter, found.Definition.PauseAfterFailures));
    }

    [Fact]
    public async Task It_goes_and_its_jobs_stay()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 10);

        Assert.True(await bench.Storage.Schedules.DeleteAsync(ScheduleBench.Name, isDeclared: false, TestContext.Current.CancellationToken));
        Assert.False(await bench.Storage.Schedules.DeleteAsync(ScheduleBench.Name, isDeclared: false, TestContext.Current.CancellationToken));

        Assert.Empty(await bench.Storage.ScheduleQueries.ListAsync(after: null, 10, TestContext.Current.CancellationToken));
        Assert.Single(await bench.JobsAsync());
    }

    [Theory]
    [InlineData("time_zone = 'Mars/Olympus_Mons', cron = '* * * * *', every_ms = NULL")]
    [InlineData("misfire = 9")]
    [InlineData("overlap = 9")]
    [InlineData("priority = 10")]
    [InlineData("queue = 'No Queue'")]
    [InlineData("policies = '{\"retry\": 1}'")]
    public async Task One_that_can_not_be_decided_here_keeps_no_other_from_its_jobs_and_stays_as_it_is(string change)
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.Storage.Database.ExecuteAsync($"UPDATE jobservice.schedules SET {change}, name = 'broken'");
        await bench.SaveAsync(ScheduleBench.Every(seconds: 10));
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromSeconds(15));
        var schedules = bench.Storage.DueSchedules;

        // The broken one is due first, and takes the only place of the first round.
        var rounds = new List<DueSchedules>();
        do
            rounds.Add(await schedules.RunDueAsync(1, TestContext.Current.CancellationToken));
        while (rounds[^1].UntilNext <= TimeSpan.Zero && rounds.Count < 10);

        Assert.InRange(rounds.Count, 1, 3);
        Assert.Single(await bench.JobsAsync());
        Assert.Equal(0, await bench.Storage.Database.QueryAsync<short>("SELECT state FROM jobservice.schedules WHERE name = 'broken'"));
        Assert.True(await bench.Storage.Database.QueryAsync<bool>("SELECT next_due_at <= jobservice.now() FROM jobservice.schedules WHERE name = 'broken'"));
    }

    [Fact]
    public async Task Many_that_were_missed_for_long_are_decided_in_transactions_of_bounded_size()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        for (var n = 0; n < 12; n++)
        {
            var name = ScheduleName.Parse($"every-second-{n}");
            var definition = ScheduleBench.Every(seconds: 1);
            await bench.Storage.Schedules.ChangeAsync(name, (_, now) => Schedule.Create(name, definition, now), TestContext.Current.CancellationToken);
        }

        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromHours(1));
        await bench.RoundAsync();
        var first = await bench.Storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.schedule_runs");
        while ((await bench.RoundAsync()).Schedules > 0)
        {
        }

        Assert.InRange(first, 4_000, 7_000);
        Assert.InRange(await bench.Storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.schedule_runs"), 12 * 3_600, 12 * 3_610 + 370);
    }

    [Fact]
    public async Task One_that_is_just_due_does_not_wait_for_those_with_hours_to_make_up_for()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        for (var n = 0; n < 8; n++)
            await MakeAsync(bench, $"behind-{n}", ScheduleBench.Every(seconds: 1));
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromHours(3));
        var healthy = await bench.SaveAsync(ScheduleBench.Every(seconds: 1));

        await bench.AdvanceAsync(seconds: 2);

        Assert.InRange((await bench.FindAsync()).LastDueAt!.Value, healthy.NextDueAt!.Value, DateTimeOffset.MaxValue);
        Assert.True(await bench.Storage.Database.QueryAsync<bool>("SELECT count(*) > 0 FROM jobservice.schedules WHERE next_due_at < jobservice.now() - interval '2 hours'"));
    }

    [Fact]
    public async Task The_longest_due_one_gets_on_in_each_round_however_many_are_behind()
    {
        await using var bench = await ScheduleBench.CreateAsync(_ => ScheduleBench.Every(seconds: 1));
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromSeconds(100));
        for (var n = 0; n < 8; n++)
            await MakeAsync(bench, $"behind-{n}", ScheduleBench.Every(seconds: 1));
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromHours(3));

        await bench.RoundAsync();
        var once = (await bench.FindAsync()).NextDueAt!.Value;
        await bench.RoundAsync();

        // It is not the longest due one any more: that one's turn has come.
        Assert.Equal(once, (await bench.FindAsync()).NextDueAt);
        Assert.InRange(once - (await bench.FindAsync()).CreatedAt, TimeSpan.FromSeconds(900), TimeSpan.FromSeconds(1_100));
    }

    [Fact]
    public async Task Those_that_wait_are_looked_at_in_turn_however_many_they_are()
    {
        await using var bench = await ScheduleBench.CreateAsync(_ => ScheduleBench.Every(seconds: 3_600) with { Overlap = OverlapPolicy.QueueOne });
        for (var n = 1; n < 12; n++)
            await MakeAsync(bench, $"waits-{n}", (await bench.FindAsync()).Definition);
        await bench.AdvanceAsync(seconds: 3_601);
        await bench.AdvanceAsync(seconds: 3_600);
        Assert.Equal(12, await bench.Storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.schedules WHERE waiting_due_at IS NOT NULL"));

        // A round that decides one schedule looks at five, and the next one at those behind them.
        var schedules = bench.Storage.DueSchedules;
        var jobs = new List<int>();
        await bench.EndJobsAsync(claim => claim.Schedule!.Name is "waits-11" ? Succeed(claim) : JobTransition.Release(claim.Id, claim.Token));
        for (var round = 0; round < 3; round++)
            jobs.Add(await AfterARoundAsync());
        await bench.EndJobsAsync(Succeed);
        for (var round = 0; round < 14; round++)
            jobs.Add(await AfterARoundAsync());

        Assert.Equal([12, 12, 13], jobs.Take(3));
        Assert.Equal(24, jobs[^1]);

        async Task<int> AfterARoundAsync()
        {
            await schedules.RunDueAsync(1, TestContext.Current.CancellationToken);
            return (await bench.JobsAsync()).Count;
        }
    }

    [Theory]
    [InlineData("overlap = 9")]
    [InlineData("priority = 10")]
    [InlineData("policies = '{\"retry\": 1}'")]
    public async Task One_that_a_later_version_wrote_is_left_out_of_lists_and_refused_by_itself(string change)
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await MakeAsync(bench, "after", ScheduleBench.Every(seconds: 10));
        await MakeAsync(bench, "second", ScheduleBench.Every(seconds: 10));
        await bench.Storage.Database.ExecuteAsync($"UPDATE jobservice.schedules SET {change} WHERE name = 'report.daily'");
        var (queries, store, cancellation) = (bench.Storage.ScheduleQueries, bench.Storage.Schedules, TestContext.Current.CancellationToken);

        // A page is as long as is asked for, or the last one.
        Assert.Equal(["after", "second"], (await queries.ListAsync(after: null, 2, cancellation)).Select(schedule => schedule.Name.Name));
        Assert.Equal(["second"], (await queries.ListAsync(ScheduleName.Parse("after"), 1, cancellation)).Select(schedule => schedule.Name.Name));
        Assert.IsType<Refusal.Unavailable>((await queries.FindAsync(ScheduleBench.Name, cancellation)).Refusal);
        Assert.IsType<Refusal.Unavailable>((await bench.TrySaveAsync(ScheduleBench.Every(seconds: 10))).Refusal);
        Assert.IsType<Refusal.Unavailable>((await store.TriggerAsync(ScheduleBench.Name, actor: null, cancellation)).Refusal);
        Assert.IsType<Refusal.Unavailable>((await store.BackfillAsync(ScheduleBench.Name, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 1, actor: null, cancellation)).Refusal);
        Assert.Empty(await bench.JobsAsync());
        Assert.True(await store.DeleteAsync(ScheduleBench.Name, isDeclared: false, cancellation));
    }

    [Fact]
    public async Task Triggers_remember_only_the_jobs_that_live()
    {
        await using var bench = await ScheduleBench.CreateAsync(_ => ScheduleBench.Every(seconds: 100_000));
        for (var n = 0; n < 3; n++)
        {
            await bench.Storage.Schedules.TriggerAsync(ScheduleBench.Name, null, TestContext.Current.CancellationToken);
            await bench.EndJobsAsync(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null));
        }

        Assert.Equal([(await bench.JobsAsync())[^1].Id], (await bench.FindAsync()).LiveJobs);
    }

    private static JobTransition Succeed(Claim claim) => JobTransition.Succeed(claim.Id, claim.Token, result: null);

    private static async Task MakeAsync(ScheduleBench bench, string name, ScheduleDefinition definition)
    {
        var parsed = ScheduleName.Parse(name);
        var made = await bench.Storage.Schedules.ChangeAsync(parsed, (_, now) => Schedule.Create(parsed, definition, now), TestContext.Current.CancellationToken);
        Assert.Null(made.Refusal);
    }
}
