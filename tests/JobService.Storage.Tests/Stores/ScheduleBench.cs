using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Schedules;

namespace JobService.Storage.Tests.Stores;

/// <summary>A schedule in a database of its own, whose clock the test moves.</summary>
internal sealed class ScheduleBench : IAsyncDisposable
{
    public static readonly ScheduleName Name = ScheduleName.Parse("report.daily");

    private ScheduleBench(TestStorage storage) => Storage = storage;

    public TestStorage Storage { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>One that is due each ten seconds, with what is given different; the clock stands at its beginning.</summary>
    public static async Task<ScheduleBench> CreateAsync(Func<ScheduleDefinition, ScheduleDefinition>? change = null)
    {
        var bench = new ScheduleBench(await TestStorage.CreateAsync());
        await bench.SaveAsync(change?.Invoke(Every(seconds: 10)) ?? Every(seconds: 10));
        return bench;
    }

    public static ScheduleDefinition Every(double seconds, string type = "demo.echo") => new()
    {
        Rule = ScheduleRule.Of(Name, null, null, TimeSpan.FromSeconds(seconds), null).Value!,
        Job = new JobTemplate { Type = JobType.Parse(type), Payload = """{ "to":  1 }"""u8.ToArray() },
    };

    public async Task<Schedule> SaveAsync(ScheduleDefinition definition) => (await TrySaveAsync(definition)).Value!;

    public Task<Result<Schedule>> TrySaveAsync(ScheduleDefinition definition) => Storage.Schedules.ChangeAsync(
        Name, (schedule, now) => schedule?.Redefine(definition, now) ?? Schedule.Create(Name, definition, now), Cancellation);

    public Task<Result<Schedule>> ChangeAsync(Func<Schedule, DateTimeOffset, Result<Schedule>> change) => Storage.Schedules.ChangeAsync(
        Name, (schedule, now) => change(schedule!, now), Cancellation);

    public Task<DueSchedules> RoundAsync() => Storage.DueSchedules.RunDueAsync(100, Cancellation);

    public async Task AdvanceAsync(double seconds)
    {
        await Storage.Database.AdvanceAsync(TimeSpan.FromSeconds(seconds));
        await RoundAsync();
    }

    public async Task<Schedule> FindAsync() => (await Storage.ScheduleQueries.FindAsync(Name, Cancellation)).Value!;

    /// <summary>The outcomes of its occurrences, first to last.</summary>
    public async Task<IReadOnlyList<RunOutcome>> OutcomesAsync() => [.. (await RunsAsync()).Select(run => run.Outcome)];

    public async Task<IReadOnlyList<ScheduleRun>> RunsAsync() => [.. (await Storage.ScheduleQueries.RunsAsync(Name, before: null, 1_000, Cancellation)).Reverse()];

    public async Task<IReadOnlyList<Job>> JobsAsync() => [.. (await Storage.Queries.ListAsync(new JobFilter(), before: null, 1_000, Cancellation)).Items.Reverse()];

    /// <summary>Runs all jobs that are ready, each to the end that is given.</summary>
    public async Task EndJobsAsync(Func<Claim, JobTransition> end)
    {
        var claimer = Storage.Claimer();
        var request = new ClaimRequest { Worker = await Storage.RegisterWorkerAsync(), MaxJobs = 1_000, Types = [JobType.Parse("demo.echo")] };
        var exchange = await claimer.ExchangeAsync([], request, Cancellation);
        await claimer.ExchangeAsync([.. exchange.Claims.Select(end)], request: null, Cancellation);
    }

    public ValueTask DisposeAsync() => Storage.DisposeAsync();
}
