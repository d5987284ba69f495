using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Retries;
using JobService.Core.Schedules;
using JobService.Core.Storage;
using JobService.Core.Storage.Stores;
using JobService.Core.Timeouts;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>Schedules of the configuration, which any number of processes bring along as they start.</summary>
public sealed class DeclaredScheduleTests
{
    private const int Schedules = 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_declaration_again_changes_nothing_of_what_is_stored()
    {
        await using var bench = await ScheduleBench.CreateAsync(_ => Whole());
        await DeclareAsync(bench.Storage.Schedules, ScheduleBench.Name, Whole());
        await bench.Storage.Schedules.TriggerAsync(ScheduleBench.Name, actor: null, Cancellation);
        await bench.ChangeAsync((schedule, now) => schedule.Pause("holidays", now));
        var before = await RowAsync(bench);

        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromSeconds(3));
        var again = await DeclareAsync(bench.Storage.Schedules, ScheduleBench.Name, Whole());

        Assert.Equal((ScheduleState.Paused, "holidays", true), (again.State, again.PausedBecause, again.IsDeclared));
        Assert.Equal(before, await RowAsync(bench));
    }

    [Fact]
    public async Task A_changed_declaration_decides_first_what_was_due_and_never_fires_for_the_past()
    {
        await using var bench = await ScheduleBench.CreateAsync(_ => ScheduleBench.Every(seconds: 1_000));
        var first = await DeclareAsync(bench.Storage.Schedules, ScheduleBench.Name, ScheduleBench.Every(seconds: 1_000));
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromSeconds(1_500));

        var changed = await DeclareAsync(bench.Storage.Schedules, ScheduleBench.Name, ScheduleBench.Every(seconds: 400));
        await bench.RoundAsync();

        var run = Assert.Single(await bench.RunsAsync());
        Assert.Equal((RunOutcome.Fired, first.NextDueAt), (run.Outcome, run.DueAt));
        Assert.Equal(changed.UpdatedAt.AddSeconds(400), changed.NextDueAt);
    }

    [Fact]
    public async Task Whoever_made_it_removes_it()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        var schedules = bench.Storage.Schedules;

        Assert.False(await schedules.DeleteAsync(ScheduleBench.Name, isDeclared: true, Cancellation));
        await DeclareAsync(schedules, ScheduleBench.Name, ScheduleBench.Every(seconds: 10));
        Assert.False(await schedules.DeleteAsync(ScheduleBench.Name, isDeclared: false, Cancellation));
        Assert.True((await bench.FindAsync()).IsDeclared);
        Assert.True(await schedules.DeleteAsync(ScheduleBench.Name, isDeclared: true, Cancellation));
    }

    [Fact]
    public async Task What_the_configuration_disables_gets_no_jobs_and_a_persons_pause_outlasts_it()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        await EnableAsync(false);
        await bench.AdvanceAsync(seconds: 10);
        var disabled = await bench.FindAsync();

        await bench.ChangeAsync((schedule, now) => schedule.Pause("broken", now));
        await EnableAsync(true);

        var enabled = await bench.FindAsync();
        Assert.Equal([RunOutcome.Paused], await bench.OutcomesAsync());
        Assert.Equal((true, ScheduleState.Active, null), (disabled.IsDisabled, disabled.State, disabled.PausedBecause));
        Assert.Equal((false, ScheduleState.Paused, "broken"), (enabled.IsDisabled, enabled.State, enabled.PausedBecause));

        Task<Result<Schedule>> EnableAsync(bool isEnabled) =>
            bench.ChangeAsync((schedule, now) => Schedule.Declare(ScheduleBench.Name, schedule, schedule.Definition, isEnabled, now));
    }

    /// <summary>A rolling deployment: processes of the old and of the new configuration start, and start again, while all of them make what is due.</summary>
    [Fact]
    public async Task Processes_that_start_together_with_other_configurations_make_one_job_for_each_occurrence()
    {
        await using var storage = await TestStorage.CreateAsync();
        var processes = Enumerable.Range(0, 6).Select(_ => new OwnProcess(storage.Database.ConnectionString)).ToArray();

        for (var second = 0; second < 12; second++)
        {
            await storage.Database.AdvanceAsync(TimeSpan.FromSeconds(1));
            await Task.WhenAll(processes.Select(async (process, n) =>
            {
                // The second half runs the newer version; each goes through its schedules from another one on.
                var type = n < processes.Length / 2 ? "old.type" : "new.type";
                for (var i = 0; i < Schedules; i++)
                {
                    await DeclareAsync(process.Store, NameOf((i + n) % Schedules), ScheduleBench.Every(seconds: 1, type) with { Overlap = OverlapPolicy.Allow });
                    await process.Due.RunDueAsync(3, Cancellation);
                }
            }));
        }

        foreach (var process in processes)
            await process.DisposeAsync();
        var schedules = await storage.ScheduleQueries.ListAsync(after: null, 100, Cancellation);
        Assert.Equal(Schedules, schedules.Count);
        Assert.All(schedules, schedule => Assert.True(schedule.IsDeclared));
        foreach (var schedule in schedules)
        {
            var due = (await storage.ScheduleQueries.RunsAsync(schedule.Name, before: null, 1_000, Cancellation)).Select(run => run.DueAt).Reverse().ToArray();
            Assert.InRange(due.Length, 11, int.MaxValue);
            Assert.Equal(Enumerable.Range(0, due.Length).Select(n => due[0].AddSeconds(n)), due);
        }

        Assert.Equal(
            await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.schedule_runs WHERE job_id IS NOT NULL"),
            await storage.Database.QueryAsync<long>("SELECT count(DISTINCT (j.schedule->>'name', j.schedule->>'dueAt')) FROM jobservice.jobs j"));
        Assert.Equal(
            await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.schedule_runs"), await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.jobs"));
    }

    [Fact]
    public async Task Processes_that_start_together_with_one_configuration_make_each_schedule_once()
    {
        await using var storage = await TestStorage.CreateAsync();
        var processes = Enumerable.Range(0, 6).Select(_ => new OwnProcess(storage.Database.ConnectionString)).ToArray();

        await Task.WhenAll(processes.SelectMany(process => Enumerable.Range(0, Schedules).Select(i => DeclareAsync(process.Store, NameOf(i), Whole()))));

        foreach (var process in processes)
            await process.DisposeAsync();
        var schedules = await storage.ScheduleQueries.ListAsync(after: null, 100, Cancellation);
        Assert.Equal(Schedules, schedules.Count);
        Assert.All(schedules, schedule => Assert.Equal((1, true), (schedule.Revision, schedule.IsDeclared)));
    }

    private static ScheduleName NameOf(int n) => ScheduleName.Parse($"declared-{n}");

    /// <summary>Each member other than by default, and nothing that the database would round.</summary>
    private static ScheduleDefinition Whole() => new()
    {
        Rule = ScheduleRule.Of(ScheduleBench.Name, "0 3 29 2 *", "Europe/Vienna", null, null).Value!,
        Job = new JobTemplate
        {
            Type = JobType.Parse("demo.echo"),
            Payload = """{ "to":  1, "é": "\u00e9" }"""u8.ToArray(),
            Queue = Core.Queues.QueueName.Parse("high"),
            RoutedBy = "request",
            Priority = new JobPriority(9),
            Tags = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" },
            Metadata = """{ "by": "us" }"""u8.ToArray(),
            Policies = new JobPolicies
            {
                KeepResult = TimeSpan.FromDays(7),
                Timeout = new TimeoutPolicy { Soft = TimeSpan.FromSeconds(1), Hard = TimeSpan.FromSeconds(2) },
                Retry = new RetryPolicy { Backoff = BackoffKind.List, Delays = [TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1.5)], FailOn = ["a.*"], MaxElapsed = TimeSpan.FromDays(1) },
            },
        },
        Misfire = MisfirePolicy.FireAll,
        MaxCatchUp = 7,
        Overlap = OverlapPolicy.CancelPrevious,
        StartAt = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(11),
        EndAt = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.FromHours(1)),
        MaxRuns = 1_000,
        Jitter = TimeSpan.FromMilliseconds(1.5),
        PauseAfterFailures = 3,
    };

    private static async Task<Schedule> DeclareAsync(IScheduleStore store, ScheduleName name, ScheduleDefinition definition)
    {
        Result<Schedule> declared;
        do
            declared = await store.ChangeAsync(name, (current, now) => Schedule.Declare(name, current, definition, isEnabled: true, now), Cancellation);
        while (declared.Refusal is Refusal.InUse);
        return declared.Value!;
    }

    private static Task<string> RowAsync(ScheduleBench bench) => bench.Storage.Database.QueryAsync<string>("SELECT s::text || s.xmin FROM jobservice.schedules s");

    /// <summary>The store of a process of its own.</summary>
    private sealed class OwnProcess : IAsyncDisposable
    {
        private readonly NpgsqlDataSource database;
        private readonly ScheduleStores stores;

        public OwnProcess(string connectionString)
        {
            var names = new ServerNames();
            database = PostgresDatabase.CreateHot(connectionString, names);
            stores = new ScheduleStores(database, names);
        }

        public IScheduleStore Store => stores.Store;

        public IDueSchedulesStore Due => stores.Due;

        public ValueTask DisposeAsync() => database.DisposeAsync();
    }
}
