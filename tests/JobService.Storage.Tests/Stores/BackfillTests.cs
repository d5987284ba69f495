using JobService.Core.Errors;
using JobService.Core.Schedules;

namespace JobService.Storage.Tests.Stores;

/// <summary>Past occurrences that someone asks jobs for.</summary>
public sealed class BackfillTests
{
    [Fact]
    public async Task A_backfill_makes_a_job_for_each_occurrence_that_has_none_and_again_for_none()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 60);
        var runs = await bench.RunsAsync();
        var (from, to) = (runs[0].DueAt, runs[^1].DueAt.AddDays(1));

        var first = await FillAsync(from, 2);
        var rest = await FillAsync(first.GoOnFrom!.Value, 100);
        var again = await FillAsync(from, 100);

        Assert.Equal((2, 1, runs[3].DueAt), (first.Jobs.Count, first.HadJobs, first.GoOnFrom));
        Assert.Equal((3, 0, (DateTimeOffset?)null), (rest.Jobs.Count, rest.HadJobs, rest.GoOnFrom));
        Assert.Equal((0, 6), (again.Jobs.Count, again.HadJobs));
        Assert.All(first.Jobs, job => Assert.True(job.Schedule!.IsBackfilled));
        Assert.Equal(runs.Select(run => run.DueAt), (await bench.RunsAsync()).Select(run => run.DueAt));
        Assert.All(await bench.OutcomesAsync(), outcome => Assert.Equal(RunOutcome.Fired, outcome));

        async Task<Backfill> FillAsync(DateTimeOffset start, int max) =>
            (await bench.Storage.Schedules.BackfillAsync(ScheduleBench.Name, start, to, max, "alice", TestContext.Current.CancellationToken)).Value!;
    }

    [Fact]
    public async Task A_backfill_by_the_clocks_of_a_zone_that_is_not_known_here_is_refused_at_the_zone()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.Storage.Database.ExecuteAsync("UPDATE jobservice.schedules SET time_zone = 'Mars/Olympus_Mons', cron = '* * * * *', every_ms = NULL");
        var now = (await bench.FindAsync()).CreatedAt;

        var refused = await bench.Storage.Schedules.BackfillAsync(ScheduleBench.Name, now.AddHours(-1), now, 10, null, TestContext.Current.CancellationToken);

        Assert.Equal("/timeZone", Assert.Single(Assert.IsType<Refusal.Invalid>(refused.Refusal).Faults).Pointer);
        Assert.Empty(await bench.JobsAsync());
    }

    [Fact]
    public async Task What_was_backfilled_for_long_ago_is_remembered_as_long_as_its_job()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 30);
        var runs = await bench.RunsAsync();
        await bench.ChangeAsync((schedule, now) => schedule.Pause(null, now));
        await bench.Storage.Database.ExecuteAsync("UPDATE jobservice.schedules SET next_due_at = next_due_at + interval '40 days'");
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromDays(30));
        var filled = await bench.Storage.Schedules.BackfillAsync(ScheduleBench.Name, runs[0].DueAt, runs[^1].DueAt, 10, null, TestContext.Current.CancellationToken);

        var pruned = await bench.Storage.Retention.PruneAsync(TimeSpan.FromDays(7), TestContext.Current.CancellationToken);

        Assert.Equal(2, filled.Value!.Jobs.Count);
        Assert.Equal(1, pruned.Runs);
        Assert.Equal(runs.Skip(1).Select(run => run.DueAt), (await bench.RunsAsync()).Select(run => run.DueAt));
    }

    [Fact]
    public async Task A_backfill_goes_no_further_back_than_it_is_known_which_occurrences_had_a_job()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 30);
        await bench.ChangeAsync((schedule, now) => schedule.Pause(null, now));
        await bench.Storage.Database.ExecuteAsync("UPDATE jobservice.schedules SET next_due_at = next_due_at + interval '40 days'");
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromDays(30));
        await bench.Storage.Retention.PruneAsync(TimeSpan.FromDays(29), TestContext.Current.CancellationToken);
        var known = await bench.Storage.Database.QueryAsync<DateTime>("SELECT due_before FROM jobservice.forgotten_runs");
        var firstKnown = new IntervalCadence(TimeSpan.FromSeconds(10), (await bench.FindAsync()).AnchorAt).Next(new DateTimeOffset(known).AddTicks(-1))!.At;

        var refused = Assert.IsType<Refusal.Invalid>((await FillAsync(firstKnown.AddSeconds(-10))).Refusal);
        var all = Assert.IsType<Refusal.Invalid>((await FillAsync(DateTimeOffset.UnixEpoch)).Refusal);
        var filled = (await FillAsync(firstKnown)).Value!;

        Assert.Equal(firstKnown, Assert.Single(await bench.RunsAsync()).DueAt);
        Assert.Equal("/from", Assert.Single(refused.Faults).Pointer);
        Assert.Contains("29d (JobService:Retention:Keep)", Assert.Single(all.Faults).Detail, StringComparison.Ordinal);
        Assert.Equal(firstKnown, Assert.Single(filled.Jobs).Schedule!.DueAt);

        Task<Result<Backfill>> FillAsync(DateTimeOffset from) =>
            bench.Storage.Schedules.BackfillAsync(ScheduleBench.Name, from, firstKnown, 10, null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_backfill_goes_back_as_far_as_one_likes_for_a_schedule_that_is_younger_than_what_is_forgotten()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 10);
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromDays(30));
        await bench.Storage.Retention.PruneAsync(TimeSpan.FromDays(7), TestContext.Current.CancellationToken);
        var young = ScheduleName.Parse("young");
        var definition = ScheduleBench.Every(seconds: 10) with { Rule = ScheduleRule.Of(young, "0 0 * * *", null, null, null).Value! };
        var made = (await bench.Storage.Schedules.ChangeAsync(young, (_, now) => Schedule.Create(young, definition, now), TestContext.Current.CancellationToken)).Value!;

        var first = (await FillAsync()).Value!;
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromDays(6));
        await bench.Storage.Retention.PruneAsync(TimeSpan.FromDays(7), TestContext.Current.CancellationToken);
        var again = (await FillAsync()).Value!;
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromDays(2));
        var pruned = await bench.Storage.Retention.PruneAsync(TimeSpan.FromDays(7), TestContext.Current.CancellationToken);

        Assert.Equal((20, 0), (first.Jobs.Count, first.HadJobs));
        Assert.Equal((0, 20), (again.Jobs.Count, again.HadJobs));
        Assert.InRange(pruned.Runs, 20, int.MaxValue);
        Assert.IsType<Refusal.Invalid>((await FillAsync()).Refusal);

        Task<Result<Backfill>> FillAsync() => bench.Storage.Schedules.BackfillAsync(
            young, made.CreatedAt.AddDays(-20), made.CreatedAt, 100, null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_backfill_makes_up_for_what_was_told_of_whatever_rule_it_was_due_by()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.ChangeAsync((schedule, now) => schedule.Pause(null, now));
        await bench.AdvanceAsync(seconds: 35);
        var paused = await bench.RunsAsync();
        await bench.SaveAsync(ScheduleBench.Every(seconds: 70));
        var to = paused[^1].DueAt.AddSeconds(5);

        var filled = await bench.Storage.Schedules.BackfillAsync(ScheduleBench.Name, paused[0].DueAt, to, 10, null, TestContext.Current.CancellationToken);
        var again = await bench.Storage.Schedules.BackfillAsync(ScheduleBench.Name, paused[0].DueAt, to, 10, null, TestContext.Current.CancellationToken);

        Assert.Equal(3, paused.Count);
        Assert.Equal(paused.Select(run => run.DueAt), filled.Value!.Jobs.Select(job => job.Schedule!.DueAt));
        Assert.Empty(again.Value!.Jobs);
    }

    [Fact]
    public async Task A_backfill_leaves_what_waits_to_its_turn()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { Overlap = OverlapPolicy.QueueOne });
        await bench.AdvanceAsync(seconds: 20);
        var runs = await bench.RunsAsync();

        var filled = await bench.Storage.Schedules.BackfillAsync(ScheduleBench.Name, runs[0].DueAt, runs[^1].DueAt, 10, null, TestContext.Current.CancellationToken);

        Assert.Equal((0, 2), (filled.Value!.Jobs.Count, filled.Value.HadJobs));
    }
}
