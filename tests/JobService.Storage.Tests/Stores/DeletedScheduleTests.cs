using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Schedules;

namespace JobService.Storage.Tests.Stores;

/// <summary>What is left of a schedule that was deleted, and what becomes of one that is made anew with its name.</summary>
public sealed class DeletedScheduleTests
{
    private static readonly DateTimeOffset Midnights = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_jobs_are_still_found_by_its_name()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 10);
        await EndAsync(bench);

        await DeleteAsync(bench);
        var deleted = await JobsAsync(bench);
        await bench.SaveAsync(ScheduleBench.Every(seconds: 10));
        await bench.AdvanceAsync(seconds: 10);

        Assert.Single(deleted);
        Assert.Equal(2, (await JobsAsync(bench)).Count);
        Assert.Empty((await bench.Storage.Queries.ListAsync(new JobFilter { Schedule = "another" }, before: null, 10, Cancellation)).Items);
    }

    [Theory]
    [InlineData(OverlapPolicy.Skip, RunOutcome.Overlapped)]
    [InlineData(OverlapPolicy.QueueOne, RunOutcome.Waiting)]
    [InlineData(OverlapPolicy.Allow, RunOutcome.Fired)]
    public async Task A_job_of_it_that_is_not_final_counts_for_the_overlap_of_one_made_anew(OverlapPolicy overlap, RunOutcome beside)
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 10);

        await DeleteAsync(bench);
        var made = await bench.SaveAsync(ScheduleBench.Every(seconds: 10) with { Overlap = overlap });
        await bench.AdvanceAsync(seconds: 10);
        var whileItRan = await bench.OutcomesAsync();
        await EndAsync(bench);
        await bench.AdvanceAsync(seconds: 10);

        Assert.Equal(overlap == OverlapPolicy.Allow ? [] : [(await bench.JobsAsync())[0].Id], made.LiveJobs);
        Assert.Equal([RunOutcome.Fired, beside], whileItRan);
        Assert.Equal(overlap == OverlapPolicy.Allow ? 3 : 2, (await bench.JobsAsync()).Count);
    }

    [Fact]
    public async Task Its_runs_are_counted_over_both_of_its_lives()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { MaxRuns = 2, Overlap = OverlapPolicy.Allow });
        var definition = (await bench.FindAsync()).Definition;
        await bench.AdvanceAsync(seconds: 10);

        await DeleteAsync(bench);
        var runs = (await bench.SaveAsync(definition)).Runs;
        await bench.AdvanceAsync(seconds: 30);
        var ended = await bench.FindAsync();
        await DeleteAsync(bench);
        var refused = Assert.IsType<Refusal.Invalid>((await bench.TrySaveAsync(definition)).Refusal);
        var more = await bench.SaveAsync(definition with { MaxRuns = 3 });

        Assert.Equal((1, ScheduleState.Ended, 2), (runs, ended.State, ended.Runs));
        Assert.Equal(2, (await bench.JobsAsync()).Count);
        Assert.Equal("/maxRuns", Assert.Single(refused.Faults).Pointer);
        Assert.Equal((2, ScheduleState.Active), (more.Runs, more.State));
    }

    [Fact]
    public async Task Of_several_calls_that_make_it_anew_at_once_one_does_and_none_fails()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 10);
        await DeleteAsync(bench);

        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => bench.SaveAsync(ScheduleBench.Every(seconds: 10))));

        Assert.All(made, schedule => Assert.Equal((1, 1), (schedule.Runs, schedule.LiveJobs.Count)));
        Assert.Equal((0L, 1L), (await NamesAsync(bench), await bench.Storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.schedules")));
    }

    [Fact]
    public async Task An_occurrence_that_had_a_job_gets_no_second_one_from_a_schedule_made_anew()
    {
        await using var bench = await ScheduleBench.CreateAsync(Midnight);
        var first = (await FillAsync(bench)).Jobs;
        var created = (await bench.FindAsync()).CreatedAt;

        await DeleteAsync(bench);
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromHours(1));
        var made = await bench.SaveAsync(Midnight(ScheduleBench.Every(seconds: 10)));
        var again = await FillAsync(bench);

        Assert.Equal(5, first.Count);
        Assert.Equal((0, 5), (again.Jobs.Count, again.HadJobs));
        Assert.Equal((created, created), (made.CreatedAt, (await bench.FindAsync()).CreatedAt));
        Assert.Equal(5, (await bench.RunsAsync()).Count);
    }

    [Fact]
    public async Task An_occurrence_that_waited_gets_no_job()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { Overlap = OverlapPolicy.QueueOne });
        await bench.AdvanceAsync(seconds: 20);
        var waited = await bench.OutcomesAsync();

        await DeleteAsync(bench);
        await bench.SaveAsync(ScheduleBench.Every(seconds: 10));

        Assert.Equal([RunOutcome.Fired, RunOutcome.Waiting], waited);
        Assert.Equal([RunOutcome.Fired, RunOutcome.Missed], await bench.OutcomesAsync());
    }

    [Fact]
    public async Task An_occurrence_that_begins_to_wait_while_its_schedule_is_being_deleted_gets_no_job()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { Overlap = OverlapPolicy.QueueOne });
        await bench.AdvanceAsync(seconds: 10);

        // A round locks the row first, and records what it decided then.
        await using var round = await HeldSchedule.BeginAsync(
            bench.Storage, "UPDATE jobservice.schedules SET waiting_due_at = next_due_at, next_due_at = next_due_at + interval '10 seconds'");
        var deletion = DeleteAsync(bench);
        await round.CommitBeforeAsync(
            deletion,
            """
            INSERT INTO jobservice.schedule_runs (schedule_id, due_at, kind, outcome, is_late, is_backfilled)
            SELECT id, waiting_due_at, 0, 3, false, false FROM jobservice.schedules
            """);

        Assert.True(await deletion);
        await bench.SaveAsync(ScheduleBench.Every(seconds: 10));
        Assert.Equal([RunOutcome.Fired, RunOutcome.Missed], await bench.OutcomesAsync());
    }

    [Fact]
    public async Task One_that_is_deleted_twice_at_once_is_deleted_by_one_of_the_calls()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await using var held = await HeldSchedule.BeginAsync(bench.Storage, "DELETE FROM jobservice.schedules");
        var deletion = DeleteAsync(bench);

        await held.CommitBeforeAsync(deletion);

        Assert.False(await deletion);
    }

    [Fact]
    public async Task Its_name_is_forgotten_with_its_runs()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await bench.AdvanceAsync(seconds: 10);
        await DeleteAsync(bench);

        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromDays(6));
        await bench.Storage.Retention.PruneAsync(TimeSpan.FromDays(7), Cancellation);
        var kept = await NamesAsync(bench);
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromDays(2));
        await bench.Storage.Retention.PruneAsync(TimeSpan.FromDays(7), Cancellation);

        Assert.Equal((1L, 0L), (kept, await NamesAsync(bench)));
    }

    private static ScheduleDefinition Midnight(ScheduleDefinition definition) =>
        definition with { Rule = ScheduleRule.Of(ScheduleBench.Name, "0 0 * * *", null, null, null).Value! };

    private static Task<bool> DeleteAsync(ScheduleBench bench) => bench.Storage.Schedules.DeleteAsync(ScheduleBench.Name, isDeclared: false, Cancellation);

    private static Task EndAsync(ScheduleBench bench) => bench.EndJobsAsync(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null));

    private static async Task<IReadOnlyList<Job>> JobsAsync(ScheduleBench bench) =>
        (await bench.Storage.Queries.ListAsync(new JobFilter { Schedule = ScheduleBench.Name.Name }, before: null, 10, Cancellation)).Items;

    private static async Task<Backfill> FillAsync(ScheduleBench bench) =>
        (await bench.Storage.Schedules.BackfillAsync(ScheduleBench.Name, Midnights, Midnights.AddDays(4), 100, null, Cancellation)).Value!;

    private static Task<long> NamesAsync(ScheduleBench bench) => bench.Storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.deleted_schedules");
}
