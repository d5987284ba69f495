using System.Data.Common;
using JobService.Core.Jobs;
using JobService.Core.Schedules;
using JobService.Core.Storage;
using JobService.Core.Storage.Reading;
using JobService.Core.Storage.Stores;
using JobService.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Storage.Tests.Stores;

/// <summary>Each occurrence has exactly one job, whoever makes it and however often they die.</summary>
public sealed class OccurrenceTests
{
    private const int Schedules = 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Any_number_of_schedulers_make_one_job_for_each_occurrence_although_their_clocks_are_minutes_apart(int schedulers)
    {
        await using var storage = await TestStorage.CreateAsync();
        await MakeAsync(storage);
        var stores = Enumerable.Range(0, schedulers).Select(n => new OwnScheduler(storage.Database.ConnectionString, TimeSpan.FromMinutes((4 * n) - 8))).ToArray();

        for (var second = 0; second < 30; second++)
        {
            await storage.Database.AdvanceAsync(TimeSpan.FromSeconds(1));
            await Task.WhenAll(stores.Select(store => store.RunAsync(maxSchedules: 7)));
        }

        await stores[0].RunAsync(maxSchedules: 1_000);
        await AssertOneEachAsync(storage);
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task A_scheduler_that_dies_at_any_statement_makes_no_occurrence_twice_and_loses_none()
    {
        await using var storage = await TestStorage.CreateAsync();
        await MakeAsync(storage);
        await using var line = new CutLine(storage.Database.ConnectionString);
        var (died, lost) = (0, 0);

        // It dies at its first answer, then at its second, and so on, until it gets through all that is due.
        for (var answer = 1; line.Lost == answer - 1; answer++)
        {
            await storage.Database.AdvanceAsync(TimeSpan.FromSeconds(1));
            await using var dying = new OwnScheduler(line.ConnectionString);
            line.LoseAnswer(answer);
            try
            {
                await dying.RunAsync(maxSchedules: 7);
            }
            catch (DbException)
            {
                died++;
            }

            lost = line.Lost;
        }

        line.LoseAnswer(0);
        await using (var last = new OwnScheduler(storage.Database.ConnectionString))
            await last.RunAsync(maxSchedules: 1_000);
        Assert.InRange(died, 10, lost);

        // It takes longer than a minute until it gets through.
        await AssertOneEachAsync(storage, mayMiss: true);
    }

    [Fact]
    public async Task Schedulers_whose_sessions_are_ended_at_random_make_one_job_for_each_occurrence()
    {
        await using var storage = await TestStorage.CreateAsync();
        await MakeAsync(storage);
        var stores = Enumerable.Range(0, 3).Select(n => new OwnScheduler(storage.Database.ConnectionString)).ToArray();
        var failures = 0;

        for (var second = 0; second < 40; second++)
        {
            await storage.Database.AdvanceAsync(TimeSpan.FromSeconds(1));
            var running = stores.Select(async store =>
            {
                try
                {
                    await store.RunAsync(maxSchedules: 5);
                }
                catch (DbException)
                {
                    Interlocked.Increment(ref failures);
                }
            }).ToArray();
            await storage.Database.ExecuteAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'JobService' AND random() < 0.3");
            await Task.WhenAll(running);
        }

        await using (var last = new OwnScheduler(storage.Database.ConnectionString))
            await last.RunAsync(maxSchedules: 1_000);
        Assert.NotEqual(0, failures);
        await AssertOneEachAsync(storage);
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task A_clock_that_steps_back_repeats_nothing()
    {
        await using var bench = await ScheduleBench.CreateAsync(definition => definition with { Overlap = OverlapPolicy.Allow });
        await bench.AdvanceAsync(seconds: 30);
        var before = await bench.RunsAsync();

        await bench.AdvanceAsync(seconds: -25);
        var edited = await bench.SaveAsync(ScheduleBench.Every(seconds: 10, type: "other.type") with { Overlap = OverlapPolicy.Allow });
        await bench.AdvanceAsync(seconds: 26);

        Assert.Equal(before[^1].DueAt.AddSeconds(10), edited.NextDueAt);
        Assert.Equal(before.Select(run => run.Job), (await bench.RunsAsync()).Select(run => run.Job));
    }

    [Fact]
    public async Task An_instant_at_which_another_time_zone_database_had_it_due_is_put_right_and_fires_nothing()
    {
        await using var bench = await ScheduleBench.CreateAsync();
        var hour = ((await bench.FindAsync()).CreatedAt.Hour + 12) % 24;
        var schedule = await bench.SaveAsync(ScheduleBench.Every(seconds: 10) with { Rule = ScheduleRule.Of(ScheduleBench.Name, $"0 {hour} * * *", null, null, null).Value! });
        await bench.Storage.Database.ExecuteAsync(
            "UPDATE jobservice.schedules SET next_due_at = next_due_at - interval '1 hour', next_due_offset_at = next_due_at - interval '1 hour', next_due_offset_s = next_due_offset_s + 3600");

        await bench.AdvanceAsync((schedule.NextDueAt!.Value.AddHours(-1) - schedule.UpdatedAt).TotalSeconds);
        var (early, put) = ((await bench.OutcomesAsync()).Count, await bench.FindAsync());
        await bench.AdvanceAsync(seconds: 3_600);

        Assert.Equal((0, schedule.NextDueAt), (early, put.NextDueAt));
        Assert.Equal((RunOutcome.Fired, schedule.NextDueAt), Assert.Single((await bench.RunsAsync()).Select(run => (run.Outcome, run.DueAt))));
    }

    /// <summary>
    /// During a rolling deployment: it moves the next occurrence over a change of the clocks, or edits the zone, and leaves the offset of what was there before. Taken for that of the next one, it would be skipped.
    /// </summary>
    [Theory]
    [InlineData(3_600, "next_due_at = next_due_at + interval '1 day'", 1)]
    [InlineData(0, "time_zone = 'Atlantic/Cape_Verde', cron = '0 ' || extract(hour FROM next_due_at AT TIME ZONE 'Atlantic/Cape_Verde') || ' * * *'", 0)]
    [InlineData(3_600, "next_due_offset_at = NULL, next_due_offset_zone = NULL", 0)]
    public async Task A_next_time_that_an_earlier_version_stored_is_taken_as_it_stands(int apart, string change, int daysLater)
    {
        await using var bench = await ScheduleBench.CreateAsync();
        var hour = ((await bench.FindAsync()).CreatedAt.Hour + 12) % 24;
        var schedule = await bench.SaveAsync(ScheduleBench.Every(seconds: 10) with { Rule = ScheduleRule.Of(ScheduleBench.Name, $"0 {hour} * * *", null, null, null).Value! });
        await bench.Storage.Database.ExecuteAsync($"UPDATE jobservice.schedules SET next_due_offset_s = next_due_offset_s + {apart}, {change}");

        var dueAt = schedule.NextDueAt!.Value.AddDays(daysLater);
        var stored = await bench.FindAsync();
        await bench.AdvanceAsync((dueAt - schedule.UpdatedAt).TotalSeconds);

        Assert.Equal((RunOutcome.Fired, dueAt), Assert.Single((await bench.RunsAsync()).Select(run => (run.Outcome, run.DueAt))));
        Assert.Equal((dueAt, null), (stored.NextDueAt, stored.NextDueOffset));
        Assert.NotNull((await bench.FindAsync()).NextDueOffset);
    }

    private static async Task MakeAsync(TestStorage storage)
    {
        for (var n = 0; n < Schedules; n++)
        {
            var name = ScheduleName.Parse($"every-second-{n}");
            var definition = ScheduleBench.Every(seconds: 1) with
            {
                Rule = (n % 5 == 4 ? ScheduleRule.Of(name, "*/2 * * * * *", "Europe/Vienna", null, null) : ScheduleRule.Of(name, null, null, TimeSpan.FromSeconds(1 + (n % 3)), null)).Value!,
                Overlap = Enum.GetValues<OverlapPolicy>()[n % 4],
                Jitter = TimeSpan.FromSeconds(n % 7),
            };
            await storage.Schedules.ChangeAsync(name, (_, now) => Schedule.Create(name, definition, now), Cancellation);
        }
    }

    /// <summary>
    /// Each schedule has every occurrence from its first to its last, each with what its policy makes of it while no job is run, and there is no job beside.
    /// </summary>
    private static async Task AssertOneEachAsync(TestStorage storage, bool mayMiss = false)
    {
        var queries = new PostgresScheduleQueries(storage.Database.Source);
        var schedules = await queries.ListAsync(after: null, 1_000, Cancellation);
        Assert.Equal(Schedules, schedules.Count);
        var made = new List<JobId>();
        foreach (var schedule in schedules)
        {
            var runs = await queries.RunsAsync(schedule.Name, before: null, 1_000, Cancellation);
            var occurrences = schedule.Definition.Rule.TryCadence(schedule.Name, schedule.AnchorAt, out _)!.After(schedule.AnchorAt).Select(occurrence => occurrence.At);
            Assert.Equal(occurrences.TakeWhile(at => at < schedule.NextDueAt), runs.Select(run => run.DueAt).Reverse());
            Assert.NotEmpty(runs);
            var outcomes = runs.Select(run => run.Outcome).Reverse().Where(outcome => !mayMiss || outcome != RunOutcome.Missed).ToArray();
            Assert.Equal(Expected(schedule.Definition.Overlap).Take(outcomes.Length), outcomes);
            made.AddRange(runs.Where(run => run.Job is not null).Select(run => run.Job!.Value));
        }

        var names = schedules.Where(schedule => schedule.Definition.Overlap == OverlapPolicy.CancelPrevious).Select(schedule => schedule.Name.Name).ToArray();
        Assert.Equal(
            names.Length,
            await storage.Database.QueryAsync<long>(
                "SELECT count(*) FROM jobservice.jobs j WHERE j.schedule->>'name' = ANY ($1) AND NOT EXISTS (SELECT FROM jobservice.finished_jobs f WHERE f.id = j.id)", [names]));

        Assert.Equal(made.Count, made.Distinct().Count());
        Assert.Equal(made.Count, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.jobs"));
        Assert.Equal(
            made.Count,
            await storage.Database.QueryAsync<long>("SELECT count(DISTINCT (j.schedule->>'name', j.schedule->>'dueAt')) FROM jobservice.jobs j"));
    }

    private static IEnumerable<RunOutcome> Expected(OverlapPolicy overlap) => overlap switch
    {
        OverlapPolicy.Skip => [RunOutcome.Fired, .. Enumerable.Repeat(RunOutcome.Overlapped, 1_000)],
        OverlapPolicy.QueueOne => [RunOutcome.Fired, RunOutcome.Waiting, .. Enumerable.Repeat(RunOutcome.Overlapped, 1_000)],
        _ => Enumerable.Repeat(RunOutcome.Fired, 1_000),
    };

    /// <summary>A scheduler as each process has one.</summary>
    private sealed class OwnScheduler : IAsyncDisposable
    {
        private readonly Npgsql.NpgsqlDataSource database;
        private readonly IDueSchedulesStore store;

        public OwnScheduler(string connectionString, TimeSpan ahead = default)
        {
            var names = new ServerNames();
            database = PostgresDatabase.CreateHot(connectionString, names);
            store = new ScheduleStores(database, names, new FakeTimeProvider(TimeProvider.System.GetUtcNow() + ahead)).Due;
        }

        /// <summary>Until nothing is due that no other holds.</summary>
        public async Task RunAsync(int maxSchedules)
        {
            while ((await store.RunDueAsync(maxSchedules, Cancellation)).Schedules > 0)
            {
            }
        }

        public ValueTask DisposeAsync() => database.DisposeAsync();
    }
}
