using JobService.Core.BulkActions;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Storage;
using JobService.Core.Storage.Stores;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Storage.Tests.BulkActions;

/// <summary>Jobs that a bulk action sets aside, since a transaction holds them when their turn comes: each once, and for as long as it may still have to be acted on.</summary>
public sealed class HeldBulkJobTests : IAsyncLifetime
{
    private readonly TestStorage storage = new();
    private NpgsqlConnection holder = null!;
    private NpgsqlTransaction holds = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await storage.InitializeAsync();
        holder = await storage.Database.Source.OpenConnectionAsync(Stop);
        holds = await holder.BeginTransactionAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await holds.DisposeAsync();
        await holder.DisposeAsync();
        await storage.DisposeAsync();
    }

    [Theory]
    [InlineData("ready_jobs", BulkActionKind.Cancel)]
    [InlineData("ready_jobs", BulkActionKind.Move)]
    [InlineData("restarted", BulkActionKind.Cancel)]
    [InlineData("scheduled_jobs", BulkActionKind.Delete)]
    [InlineData("blocked_jobs", BulkActionKind.Cancel)]
    [InlineData("running_jobs", BulkActionKind.Cancel)]
    [InlineData("finished_jobs", BulkActionKind.Retry)]
    [InlineData("jobs", BulkActionKind.Delete)]
    public async Task All_that_are_held_of_a_step_are_set_aside_together_and_it_goes_on_with_the_others(string place, BulkActionKind kind)
    {
        var ids = await FillAsync(place);
        await HoldAsync(place is "restarted" ? "ready_jobs" : place, ids[1], ids[3]);
        var queue = kind == BulkActionKind.Move ? QueueName.Parse("away") : default(QueueName?);
        var action = await storage.BulkActions.CreateAsync(new NewBulkAction { Kind = kind, Filter = new JobFilter(), Queue = queue }, Stop);

        await storage.BulkSteps().RunNextAsync(Stop);
        Assert.Equal(kind == BulkActionKind.Retry ? [ids[1], ids[3]] : [ids[3], ids[1]], await AsideAsync());
        await storage.BulkSteps().RunNextAsync(Stop);
        Assert.Equal((4, 0), (await FindAsync(action)) is var stepped ? ((int)stepped.Acted, stepped.Failures) : default);

        await LetGoAsync();
        await EndAsync(action);
        Assert.Equal((6, 0), (await FindAsync(action)) is var done ? ((int)done.Acted, (int)done.Refused) : default);
    }

    [Fact]
    public async Task Two_workers_that_meet_the_same_one_set_it_aside_once()
    {
        var (ids, action) = await HoldAsync(0, 2);
        var late = await RunLateAsync();
        await storage.BulkSteps().RunNextAsync(Stop);
        Assert.Equal([ids[2]], await AsideAsync());

        await late.EndAsync();

        Assert.Equal([ids[2]], await AsideAsync());
        await EndAsync(action);
        Assert.Equal([ids[0], ids[2]], (await FindAsync(action)).Refusals.Select(refused => refused.Job).OrderBy(id => id.Value));
    }

    [Fact]
    public async Task A_worker_that_comes_late_does_not_set_it_aside_once_it_was_acted_on()
    {
        var (ids, action) = await HoldAsync(1, 2);
        var late = await RunLateAsync();
        for (var i = 0; i < 3; i++)
            await storage.BulkSteps().RunNextAsync(Stop);
        Assert.Equal([ids[2], ids[1]], await AsideAsync());
        await LetGoAsync();
        await HoldAsync("ready_jobs", ids[1]);
        for (var i = 0; i < 2; i++)
            await storage.BulkSteps().RunNextAsync(Stop);
        Assert.Equal([ids[1]], await AsideAsync());

        await late.EndAsync();

        Assert.Equal([ids[1]], await AsideAsync());
        Assert.True(await IsComingBackAsync());
        await EndAsync(action);
        Assert.Equal((2, 1), (await FindAsync(action)) is var done ? ((int)done.Acted, (int)done.Refused) : default);
    }

    [Fact]
    public async Task A_worker_that_comes_late_puts_none_back_that_was_acted_on()
    {
        var (ids, action) = await HoldAsync(0, 2);
        while (!await IsComingBackAsync())
            await storage.BulkSteps().RunNextAsync(Stop);
        Assert.Equal([ids[2], ids[0]], await AsideAsync());
        var late = await RunLateAsync();
        await LetGoAsync();
        await HoldAsync("ready_jobs", ids[0]);
        await storage.BulkSteps().RunNextAsync(Stop);
        Assert.Equal([ids[0]], await AsideAsync());

        await late.EndAsync();

        Assert.Equal([ids[0]], await AsideAsync());
        await EndAsync(action);
        Assert.Equal((2, 1), (await FindAsync(action)) is var done ? ((int)done.Acted, (int)done.Refused) : default);
    }

    [Fact]
    public async Task A_worker_that_comes_late_does_not_go_back_to_what_another_has_passed_over()
    {
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 3).Select(_ => storage.NewJob())]);
        await storage.Database.ExecuteAsync($"ALTER TABLE jobservice.finished_jobs ADD CONSTRAINT poison_check CHECK (id <> '{ids[2]}')");
        var action = await storage.BulkActions.CreateAsync(new NewBulkAction { Kind = BulkActionKind.Cancel, Filter = new JobFilter() }, Stop);
        await StepByOneAsync();
        var late = await RunLateAsync();
        await storage.BulkSteps().RunNextAsync(Stop);
        await StepByOneAsync();
        await storage.BulkSteps().RunNextAsync(Stop);
        Assert.Equal((1, 1), (await FindAsync(action)) is var stepped ? ((int)stepped.Acted, (int)stepped.Refused) : default);

        await late.EndAsync();

        Assert.Equal((ids[1], 1), (await FindAsync(action)) is var after ? (after.Place, (int)after.Refused) : default);
        await EndAsync(action);
        Assert.Equal((2, 1), (await FindAsync(action)) is var done ? ((int)done.Acted, (int)done.Refused) : default);

        Task StepByOneAsync() => storage.Database.ExecuteAsync("UPDATE jobservice.bulk_actions SET step_jobs = 1");
    }

    [Fact]
    public async Task One_is_kept_where_the_search_for_it_runs_out_of_time()
    {
        var (ids, action) = await HoldAsync(0);
        while (!await IsComingBackAsync())
            await storage.BulkSteps().RunNextAsync(Stop);
        Assert.Equal([ids[0]], await AsideAsync());
        await LetGoAsync();

        // Nobody can read jobs meanwhile.
        await using (var alter = await storage.Database.Source.OpenConnectionAsync(Stop))
        await using (await alter.BeginTransactionAsync(Stop))
        {
            await using var keep = new NpgsqlCommand("LOCK TABLE jobservice.jobs IN ACCESS EXCLUSIVE MODE", alter);
            await keep.ExecuteNonQueryAsync(Stop);
            Assert.Equal((false, 0), (await storage.BulkSteps().RunNextAsync(Stop))!.Action is var stepped ? (stepped.IsFinal, stepped.Failures) : default);
        }

        Assert.Equal([ids[0]], await AsideAsync());
        await EndAsync(action);
        Assert.Equal((3, 0), (await FindAsync(action)) is var done ? ((int)done.Acted, (int)done.Refused) : default);
    }

    [Fact]
    public async Task One_that_was_taken_out_of_the_filter_is_not_looked_for_among_all_the_jobs_behind_it()
    {
        await storage.EnqueueAsync([.. Enumerable.Range(0, 1_000).Select(_ => storage.NewJob() with { Queue = QueueName.Parse("other") })]);
        var ids = await storage.EnqueueAsync(storage.NewJob(), storage.NewJob());
        var filter = new JobFilter { Queue = QueueName.Default };
        var action = await storage.BulkActions.CreateAsync(new NewBulkAction { Kind = BulkActionKind.Cancel, Filter = filter }, Stop);
        var edit = new JobEdit { Queue = QueueName.Parse("other") };
        Assert.Null((await JobChanges.EditAsync(holder, storage.Names.Current, ids[1], edit, actor: null, isCall: false, Stop)).Refusal);
        while (!await IsComingBackAsync())
            await storage.BulkSteps().RunNextAsync(Stop);
        Assert.Equal([ids[1]], await AsideAsync());
        await holds.CommitAsync(Stop);

        // Each step has the time for one look at a part of them, and no more.
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        for (var i = 0; i < 3; i++)
        {
            await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(1));
            await storage.BulkSteps(clock: clock).RunNextAsync(Stop);
        }

        Assert.Equal((BulkActionState.Succeeded, 1, 0), (await FindAsync(action)) is var done ? (done.State, (int)done.Acted, (int)done.Refused) : default);
    }

    /// <summary>Three jobs, of which some are held, and an action that cancels them one at a time at first.</summary>
    private async Task<(IReadOnlyList<JobId> Ids, BulkAction Action)> HoldAsync(params int[] held)
    {
        var ids = await storage.EnqueueAsync(storage.NewJob(), storage.NewJob(), storage.NewJob());
        var action = await storage.BulkActions.CreateAsync(new NewBulkAction { Kind = BulkActionKind.Cancel, Filter = new JobFilter() }, Stop);
        await storage.Database.ExecuteAsync("UPDATE jobservice.bulk_actions SET step_jobs = 1");
        await HoldAsync("ready_jobs", [.. held.Select(i => ids[i])]);
        return (ids, action);
    }

    /// <summary>Six jobs that are in that place; the first may be elsewhere.</summary>
    private async Task<IReadOnlyList<JobId>> FillAsync(string place)
    {
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 6).Select(_ => place switch
        {
            "scheduled_jobs" => storage.NewJob() with { Delay = TimeSpan.FromHours(1) },
            "blocked_jobs" => storage.NewSequenceJob(),
            _ => storage.NewJob(),
        })]);
        if (place is "running_jobs")
            await storage.Claimer().ExchangeAsync([], new ClaimRequest { Worker = await storage.RegisterWorkerAsync(), MaxJobs = 6, Types = [storage.NewJob().Type] }, Stop);
        foreach (var id in place is "finished_jobs" or "restarted" ? ids : [])
            await storage.Jobs.CancelAsync(id, reason: null, actor: null, Stop);
        foreach (var id in place is "restarted" ? ids : [])
            await storage.Jobs.RestartAsync(id, new JobRestart(), actor: null, Stop);
        return ids;
    }

    private async Task HoldAsync(string place, params JobId[] ids)
    {
        await using var hold = new NpgsqlCommand($"SELECT 1 FROM jobservice.{place} WHERE id = ANY ($1) FOR UPDATE", holder, holds)
        {
            Parameters = { new() { Value = ids.Select(id => id.Value).ToArray() } },
        };
        await hold.ExecuteNonQueryAsync(Stop);
    }

    private async Task LetGoAsync()
    {
        await holds.DisposeAsync();
        holds = await holder.BeginTransactionAsync(Stop);
    }

    /// <summary>A worker whose step has failed, and is undone; what it makes of that it writes down when it gets its connection back.</summary>
    private async Task<LateStep> RunLateAsync()
    {
        var own = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(storage.Database.ConnectionString) { MaxPoolSize = 1, Options = PostgresDatabase.HotSettings }.ConnectionString);
        var running = storage.BulkSteps(own).RunNextAsync(Stop);
        return new LateStep(own, await own.OpenConnectionAsync(Stop), running);
    }

    /// <summary>Until it is over, whoever waits for what.</summary>
    private async Task EndAsync(BulkAction action)
    {
        while (!(await FindAsync(action)).IsFinal)
        {
            if (await storage.BulkSteps().RunNextAsync(Stop) is null)
                await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(1));
        }
    }

    private async Task<IReadOnlyList<JobId>> AsideAsync() =>
        [.. (await storage.Database.QueryAsync<Guid[]>("SELECT held_ids FROM jobservice.bulk_actions")).Select(id => new JobId(id))];

    /// <summary>Whether it has looked at all jobs, and comes back to those that are held.</summary>
    private Task<bool> IsComingBackAsync() => storage.Database.QueryAsync<bool>("SELECT before_id = '00000000-0000-0000-0000-000000000000' FROM jobservice.bulk_actions");

    private async Task<BulkAction> FindAsync(BulkAction action) => (await storage.BulkActions.FindAsync(action.Id, Stop))!;

    private sealed record LateStep(NpgsqlDataSource Own, NpgsqlConnection Only, Task<BulkStep?> Running)
    {
        public async Task EndAsync()
        {
            Assert.False(Running.IsCompleted);
            await Only.DisposeAsync();
            await Running;
            await Own.DisposeAsync();
        }
    }
}
