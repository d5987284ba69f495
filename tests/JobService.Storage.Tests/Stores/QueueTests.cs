using System.Collections.Concurrent;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Rates;
using JobService.Core.Storage;
using JobService.Core.Storage.Reading;
using JobService.Core.Storage.Stores;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Storage.Tests.Stores;

public sealed class QueueTests
{
    private static readonly QueueName Low = QueueName.Parse("low");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Settings_are_replaced_and_the_same_again_change_nothing()
    {
        await using var storage = await TestStorage.CreateAsync();
        var settings = new QueueSettings { Weight = 10, Retention = TimeSpan.FromHours(2), MaxDepth = 7, MaxRunning = 2, Rate = new RateLimit(10, TimeSpan.FromSeconds(1), 3) };

        var made = (await storage.Queues.SaveAsync(Low, settings, Stop)).Value!;
        var again = (await storage.Queues.SaveAsync(Low, settings, Stop)).Value!;
        await storage.Database.AdvanceAsync(TimeSpan.FromHours(1));
        var replaced = (await storage.Queues.SaveAsync(Low, new QueueSettings { Rate = settings.Rate }, Stop)).Value!;
        var plain = (await storage.Queues.SaveAsync(Low, new QueueSettings(), Stop)).Value!;

        Assert.Equal((true, false, false, false), (made.IsNew, again.IsNew, replaced.IsNew, plain.IsNew));
        Assert.Equal((settings, made.Queue), (made.Queue.Settings, again.Queue));
        Assert.Equal(new QueueSettings { Rate = settings.Rate }, replaced.Queue.Settings);
        Assert.Equal(new QueueSettings(), plain.Queue.Settings);
        Assert.True(replaced.Queue.UpdatedAt > made.Queue.UpdatedAt);
        Assert.Equal(plain.Queue, await storage.Queues.FindAsync(Low, Stop));
        Assert.Null(await storage.Queues.FindAsync(QueueName.Parse("none"), Stop));
    }

    [Fact]
    public async Task A_change_sees_all_that_the_one_before_it_has_left()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.Queues.SaveAsync(Low, new QueueSettings { MaxDepth = 3 }, Stop);
        var before = await VersionAsync();

        // Another process has taken the bound away and set a limit, and is about to commit.
        await using var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var first = await connection.BeginTransactionAsync(Stop);
        await using (var locking = new NpgsqlCommand(SqlText.Read("lock_settings"), connection).With("queue:low", NpgsqlDbType.Text))
            await locking.ExecuteNonQueryAsync(Stop);
        await using (var saving = new NpgsqlCommand(SqlText.Read("save_queue"), connection))
        {
            saving.With("low", NpgsqlDbType.Text).With(1, NpgsqlDbType.Integer).With(null, NpgsqlDbType.Bigint).With(null, NpgsqlDbType.Integer).With(5, NpgsqlDbType.Integer)
                .With(null, NpgsqlDbType.Integer).With(null, NpgsqlDbType.Bigint).With(null, NpgsqlDbType.Integer);
            await saving.ExecuteNonQueryAsync(Stop);
        }

        var second = storage.Queues.SaveAsync(Low, new QueueSettings { MaxDepth = 3 }, Stop);
        await storage.WaitForLocksAsync(1, second);
        await first.CommitAsync(Stop);

        // Every process learns of the bound that went and of the one that is there again.
        Assert.Equal(new QueueSettings { MaxDepth = 3 }, (await second).Value!.Queue.Settings);
        Assert.Equal(before + 2, await VersionAsync());

        Task<long> VersionAsync() => storage.Database.QueryAsync<long>("SELECT version FROM jobservice.routing_versions WHERE name = 'bounded_queues'");
    }

    /// <summary>There is one limit of a queue, by whichever name it is set; what only the other one knows stays.</summary>
    [Fact]
    public async Task How_many_run_and_start_is_the_limit_of_its_key()
    {
        await using var storage = await TestStorage.CreateAsync();
        Assert.True(LimitPattern.TryParse("queue:low", out var key));
        var limits = new PostgresLimitQueries(storage.Hot);

        await storage.Limits.SaveAsync(key, new LimitSettings { MaxRunning = 5, IsPaused = true }, Stop);
        await storage.Queues.SaveAsync(Low, new QueueSettings { MaxRunning = 2 }, Stop);
        Assert.Equal(new LimitSettings { MaxRunning = 2, IsPaused = true }, (await limits.FindAsync(key, Stop))!.Settings);

        await storage.Queues.SaveAsync(Low, new QueueSettings(), Stop);
        Assert.Equal(new LimitSettings { IsPaused = true }, (await limits.FindAsync(key, Stop))!.Settings);

        await storage.Limits.SaveAsync(key, new LimitSettings(), Stop);
        await storage.Queues.SaveAsync(Low, new QueueSettings { MaxRunning = 2 }, Stop);
        await storage.EnqueueAsync([.. Enumerable.Range(0, 5).Select(_ => storage.NewJob() with { Queue = Low })]);
        Assert.Equal(2, (await storage.ClaimAllAsync()).Count);

        await storage.Queues.SaveAsync(Low, new QueueSettings(), Stop);
        Assert.Null(await limits.FindAsync(key, Stop));
        Assert.Equal(3, (await storage.ClaimAllAsync()).Count);
    }

    [Fact]
    public async Task A_pause_is_kept_with_its_first_reason_until_it_is_resumed_by_whatever_process()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.EnqueueAsync(storage.NewJob() with { Queue = Low }, storage.NewJob());
        var request = new ClaimRequest { Worker = await storage.RegisterWorkerAsync(), MaxJobs = 10, Types = [JobType.Parse("demo.echo")] };

        var paused = (await storage.Queues.PauseAsync(Low, "why", "alice", Stop)).Value!;
        var again = (await storage.Queues.PauseAsync(Low, "other", "bob", Stop)).Value!;
        var claimed = await storage.Claimer().ExchangeAsync([], request, Stop);

        // Another process, as after a restart.
        await using var restarted = PostgresDatabase.CreateHot(storage.Database.ConnectionString, new ServerNames());
        var claimer = new PostgresClaimStore(restarted, new ServerNames(), TimeProvider.System);
        var held = await claimer.ExchangeAsync([], request, Stop);
        var resumed = (await new PostgresQueueStore(restarted, TimeProvider.System).ResumeAsync(Low, Stop)).Value!;
        var resumedAgain = (await storage.Queues.ResumeAsync(Low, Stop)).Value!;
        var rest = await claimer.ExchangeAsync([], request, Stop);

        Assert.Equal(("why", "alice"), (paused.Pause!.Reason, paused.Pause.Actor));
        Assert.Equal(paused, again);
        Assert.Equal([QueueName.Default], claimed.Claims.Select(claim => claim.Queue));
        Assert.Empty(held.Claims);
        Assert.Null(resumed.Pause);
        Assert.Equal(resumed, resumedAgain);
        Assert.Equal([Low], rest.Claims.Select(claim => claim.Queue));
    }

    [Fact]
    public async Task A_queue_is_made_by_a_pause_and_by_nothing_else_that_is_done_to_it()
    {
        await using var storage = await TestStorage.CreateAsync();

        Assert.IsType<Refusal.NotFound>((await storage.Queues.ResumeAsync(Low, Stop)).Refusal);
        Assert.IsType<Refusal.NotFound>((await storage.Queues.PurgeAsync(Low, reason: null, actor: null, Stop)).Refusal);
        Assert.Null(await storage.Queues.FindAsync(Low, Stop));
        Assert.NotNull((await storage.Queues.PauseAsync(Low, reason: null, actor: null, Stop)).Value!.Pause);
        await storage.EnqueueAsync(storage.NewJob() with { Queue = Low });
        var request = new ClaimRequest { Worker = await storage.RegisterWorkerAsync(), MaxJobs = 10, Types = [JobType.Parse("demo.echo")] };
        Assert.Empty((await storage.Claimer().ExchangeAsync([], request, Stop)).Claims);
    }

    [Fact]
    public async Task A_paused_queue_takes_jobs_in_and_lets_them_come_due_and_expire()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.Queues.PauseAsync(Low, reason: null, actor: null, Stop);
        var now = TimeProvider.System.GetUtcNow();
        var ids = await storage.EnqueueAsync(
            storage.NewJob() with { Queue = Low, Delay = TimeSpan.FromMinutes(1) },
            storage.NewJob() with { Queue = Low, ExpiresAt = now.AddMinutes(1) });
        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(1, await storage.DueJobs().PromoteAsync(10, Stop));
        Assert.Equal(1, await storage.DueJobs().ExpireAsync(10, Stop));

        Assert.Equal(JobState.Queued, (await storage.Queries.FindAsync(ids[0], Stop)).Value!.State);
        Assert.Equal(JobState.Failed, (await storage.Queries.FindAsync(ids[1], Stop)).Value!.State);
    }

    [Fact]
    public async Task A_claim_under_way_is_waited_for_and_one_that_takes_too_long_is_told_of_and_changes_nothing()
    {
        await using var bench = await StoreBench.CreateAsync();
        await using var hot = PostgresDatabase.CreateHot(bench.Database.ConnectionString, new ServerNames());
        var queues = new PostgresQueueStore(hot, TimeProvider.System);
        await bench.EnqueueAsync();
        await using var connection = await bench.Database.Source.OpenConnectionAsync(Stop);
        await using var claim = await connection.BeginTransactionAsync(Stop);
        await using (var gate = new NpgsqlCommand("SELECT jobservice.may_claim((SELECT version FROM jobservice.claim_settings))", connection))
            Assert.True((bool)(await gate.ExecuteScalarAsync(Stop))!);

        var refused = await queues.PauseAsync(QueueName.Default, reason: null, actor: null, Stop);
        var waiting = queues.PauseAsync(QueueName.Default, reason: null, actor: null, Stop);
        await bench.WaitUntilAsync(waiting: 1, waiting);
        Assert.False(waiting.IsCompleted);

        // Nobody begins a claim while a change waits for those under way.
        Assert.Empty((await bench.ExchangeAsync()).Claims);
        await claim.CommitAsync(Stop);

        Assert.IsType<Refusal.InUse>(refused.Refusal);
        Assert.NotNull((await waiting).Value!.Pause);
        Assert.Empty((await bench.ExchangeAsync()).Claims);
        Assert.Null((await queues.ResumeAsync(QueueName.Default, Stop)).Value!.Pause);
        Assert.Single((await bench.ExchangeAsync()).Claims);
    }

    [Fact]
    public async Task In_a_storm_of_claims_none_takes_of_a_queue_from_the_commit_of_its_pause_on()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.EnqueueAsync([.. Enumerable.Range(0, 4_000).Select(i => storage.NewJob() with { Queue = i % 2 == 0 ? Low : QueueName.Default })]);
        var workers = new List<WorkerId>();
        for (var i = 0; i < 4; i++)
            workers.Add(await storage.RegisterWorkerAsync());
        using var over = new CancellationTokenSource();
        var claimed = new ConcurrentBag<Claim>();
        var isStorming = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var storm = Task.WhenAll(workers.Select(ClaimAsync));
        await isStorming.Task.WaitAsync(Stop);

        for (var round = 0; round < 10; round++)
        {
            Assert.NotNull((await storage.Queues.PauseAsync(Low, reason: null, actor: null, Stop)).Value!.Pause);

            // A statement that begins after the answer sees every claim of before its commit; whatever is claimed later is more than it counted.
            var before = await TakenAsync(Low);
            var others = await TakenAsync(QueueName.Default);
            while (await TakenAsync(QueueName.Default) is var now && now < Math.Min(others + 40, 2_000))
                await Task.Yield();
            Assert.Equal(before, await TakenAsync(Low));
            await storage.Queues.ResumeAsync(Low, Stop);
            while (await TakenAsync(Low) < Math.Min(before + 20, 2_000))
                await Task.Yield();
        }

        await over.CancelAsync();
        await storm;
        Assert.Equal(claimed.Count, claimed.Select(claim => claim.Id).Distinct().Count());

        Task<long> TakenAsync(QueueName queue) => storage.Database.QueryAsync<long>(
            "SELECT count(*) FROM jobservice.running_jobs r JOIN jobservice.queues q ON q.id = r.queue_id WHERE q.name = $1", queue.Name);

        async Task ClaimAsync(WorkerId worker)
        {
            var claimer = storage.Claimer();
            while (!over.IsCancellationRequested)
            {
                var exchange = await claimer.ExchangeAsync([], new ClaimRequest { Worker = worker, MaxJobs = 2, Types = [JobType.Parse("demo.echo")] }, Stop);
                foreach (var claim in exchange.Claims)
                    claimed.Add(claim);
                isStorming.TrySetResult();
            }
        }
    }
}
