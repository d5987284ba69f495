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

        await DeleteAsync(bench);
        var deleted = await JobsAsync(bench);
        await bench.SaveAsync(ScheduleBench.Every(seconds: 10));
        await bench.AdvanceAsync(seconds: 10);

        Assert.Single(deleted);
        Assert.Equal(2, (await JobsAsync(bench)).Count);
        Assert.Empty(await bench.Storage.Queries.ListAsync(new JobFilter { Schedule = "another" }, before: null, 10, Cancellation));
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

    private static Task<IReadOnlyList<Job>> JobsAsync(ScheduleBench bench) =>
        bench.Storage.Queries.ListAsync(new JobFilter { Schedule = ScheduleBench.Name.Name }, before: null, 10, Cancellation);

    private static async Task<Backfill> FillAsync(ScheduleBench bench) =>
        (await bench.Storage.Schedules.BackfillAsync(ScheduleBench.Name, Midnights, Midnights.AddDays(4), 100, null, Cancellation)).Value!;

    private static Task<long> NamesAsync(ScheduleBench bench) => bench.Storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.deleted_schedules");
}
