using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Queues;
using JobService.Core.Signals;
using JobService.Core.Storage.Signals;
using JobService.Storage.Tests.EnqueueInSql;
using JobService.Storage.Tests.Sql;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace JobService.Storage.Tests.Enqueueing;

/// <summary>A queue that holds so many jobs never holds more, whoever enqueues, and refuses what is beyond.</summary>
public sealed class BoundedQueueTests
{
    private static readonly QueueName Small = QueueName.Parse("small");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_never_holds_more_than_it_may_whoever_enqueues_at_once()
    {
        await using var storage = await TestStorage.CreateAsync();
        await BoundAsync(storage, 100);
        var enqueuers = new List<JobEnqueuer>();
        for (var i = 0; i < 4; i++)
            enqueuers.Add(await StartAsync(storage));

        // Some by themselves, some together, all or nothing, with keys and for later; and into another queue, which has room.
        var answers = (await Task.WhenAll(Enumerable.Range(0, 200).Select(i => i % 10 == 0
            ? AllAsync(enqueuers[i % 4], [.. Enumerable.Range(0, 3).Select(_ => Job(storage))])
            : OneAsync(enqueuers[i % 4], (i % 3) switch
            {
                0 => storage.NewUniqueJob($"key {i}") with { Queue = Small },
                1 => Job(storage) with { Delay = TimeSpan.FromHours(1) },
                _ => Job(storage),
            })))).SelectMany(answer => answer).ToArray();
        var elsewhere = await Task.WhenAll(enqueuers.Select(enqueuer => enqueuer.EnqueueAsync(storage.NewJob())));

        Assert.Equal(100, answers.Count(answer => answer is null));
        Assert.All(answers.Where(answer => answer is not null), answer => Assert.IsType<Refusal.QueueFull>(answer is Refusal.OfJob of ? of.Why : answer));
        Assert.Equal(100, await CountAsync(storage));
        Assert.All(elsewhere, answer => Assert.NotNull(answer.Value));
        Assert.Equal(await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.job_keys WHERE job_id IS NOT NULL"), await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.job_keys k JOIN jobservice.jobs j ON j.id = k.job_id"));
        foreach (var enqueuer in enqueuers)
        {
            await enqueuer.StopAsync(Stop);
            enqueuer.Dispose();
        }
    }

    [Fact]
    public async Task What_runs_makes_room_and_what_comes_due_does_not()
    {
        await using var storage = await TestStorage.CreateAsync();
        await BoundAsync(storage, 2);
        using var enqueuer = await StartAsync(storage);
        Assert.NotNull((await enqueuer.EnqueueAsync(Job(storage) with { Delay = TimeSpan.FromMinutes(1) })).Value);
        Assert.NotNull((await enqueuer.EnqueueAsync(Job(storage))).Value);
        Assert.IsType<Refusal.QueueFull>((await enqueuer.EnqueueAsync(Job(storage))).Refusal);

        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(2));
        await storage.DueJobs().PromoteAsync(10, Stop);
        Assert.IsType<Refusal.QueueFull>((await enqueuer.EnqueueAsync(Job(storage))).Refusal);

        await storage.ClaimAllAsync(slots: 1);
        Assert.NotNull((await enqueuer.EnqueueAsync(Job(storage))).Value);
        await storage.Queues.SaveAsync(Small, new QueueSettings(), Stop);
        Assert.NotNull((await enqueuer.EnqueueAsync(Job(storage))).Value);
        await enqueuer.StopAsync(Stop);
    }

    [Fact]
    public async Task A_job_whose_key_is_held_is_answered_by_its_holder_though_there_is_no_room()
    {
        await using var storage = await TestStorage.CreateAsync();
        await BoundAsync(storage, 1);
        using var enqueuer = await StartAsync(storage);
        var holder = (await enqueuer.EnqueueAsync(storage.NewUniqueJob("held") with { Queue = Small })).Value!;

        var joined = (await enqueuer.EnqueueAsync(storage.NewUniqueJob("held") with { Queue = Small })).Value!;
        var refused = await enqueuer.EnqueueEachAsync([storage.NewUniqueJob("other") with { Queue = Small }, storage.NewUniqueJob("other") with { Queue = Small }], Stop);
        var superseding = await enqueuer.EnqueueAsync(storage.NewUniqueJob("held", UniqueConflict.Supersede) with { Queue = Small });

        Assert.Equal((holder.Id, true), (joined.Id, joined.IsDeduplicated));
        Assert.All(refused, answer => Assert.IsType<Refusal.QueueFull>(answer.Refusal));
        Assert.IsType<Refusal.QueueFull>(superseding.Refusal);
        Assert.Equal(JobState.Queued, (await storage.Queries.FindAsync(holder.Id, Stop)).Value!.State);

        // The key that was refused is free once there is room.
        await storage.ClaimAllAsync(slots: 1);
        Assert.False((await enqueuer.EnqueueAsync(storage.NewUniqueJob("other") with { Queue = Small })).Value!.IsDeduplicated);
        await enqueuer.StopAsync(Stop);
    }

    [Theory]
    [InlineData(UniqueConflict.Return)]
    [InlineData(UniqueConflict.Reject)]
    public async Task One_that_is_refused_for_want_of_room_holds_no_key_for_those_behind_it(UniqueConflict mode)
    {
        await using var storage = await TestStorage.CreateAsync();
        await BoundAsync(storage, 1);
        using var enqueuer = await StartAsync(storage);
        await enqueuer.EnqueueAsync(Job(storage));
        NewJob[] jobs = [storage.NewUniqueJob("both") with { Queue = Small }, storage.NewUniqueJob("both", mode), storage.NewUniqueJob("both", UniqueConflict.Reject)];

        var answers = await enqueuer.EnqueueEachAsync(jobs, Stop);

        Assert.IsType<Refusal.QueueFull>(answers[0].Refusal);
        Assert.Equal((jobs[1].Id, false), (answers[1].Value!.Id, answers[1].Value!.IsDeduplicated));
        Assert.Equal($"{jobs[1].Id}", Assert.IsType<Refusal.KeyHeld>(answers[2].Refusal).Holder);
        await enqueuer.StopAsync(Stop);
    }

    /// <summary>What comes back from a worker makes a queue hold more than it may, at any moment: also while a holder is waited for that somebody else changes.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_refused_any_more_once_a_holder_is_cancelled(bool isInSql)
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.EnqueueAsync(Job(storage), Job(storage));
        var running = await storage.ClaimAllAsync();
        var holder = Assert.Single(await storage.EnqueueAsync(storage.NewUniqueJob("held") with { Queue = Small }));
        await BoundAsync(storage, 2);
        using var enqueuer = await StartAsync(storage);
        await using var caller = await SqlTransaction.BeginAsync(storage);
        await using var other = await SqlTransaction.BeginAsync(storage);
        await other.QueryAsync<Guid>("SELECT id FROM jobservice.ready_jobs WHERE id = $1 FOR UPDATE", holder.Value);

        var taking = isInSql ? TakeInSqlAsync() : TakeAsync();
        await WaitedForAsync(storage, taking);
        foreach (var claim in running)
            Assert.Empty((await storage.Claimer().ExchangeAsync([JobTransition.Snooze(claim.Id, claim.Token, TimeSpan.FromHours(1))], request: null, Stop)).Stale);
        await other.CommitAsync();
        var taker = await taking;

        Assert.Equal((JobState.Cancelled, JobState.Queued), ((await storage.Queries.FindAsync(holder, Stop)).Value!.State, (await storage.Queries.FindAsync(taker, Stop)).Value!.State));
        Assert.Equal(3, await CountAsync(storage));
        await enqueuer.StopAsync(Stop);

        async Task<JobId> TakeInSqlAsync()
        {
            var id = await caller.EnqueueAsync(options: """{"queue":"small","unique":{"key":"held","onConflict":"supersede"}}""");
            await caller.CommitAsync();
            return id;
        }

        async Task<JobId> TakeAsync() =>
            Assert.Single((await enqueuer.EnqueueAllAsync([storage.NewUniqueJob("held", UniqueConflict.Supersede) with { Queue = Small }], Stop)).Value!).Id;
    }

    [Fact]
    public async Task Room_that_was_taken_to_supersede_a_holder_is_free_again_where_it_has_ended_meanwhile()
    {
        await using var storage = await TestStorage.CreateAsync();
        var holder = storage.NewUniqueJob("held");
        var over = holder with { ExpiresAt = TimeProvider.System.GetUtcNow().AddHours(1) };
        await storage.EnqueueAsync(over);
        await storage.Database.AdvanceAsync(TimeSpan.FromHours(2));
        await BoundAsync(storage, 1);
        using var enqueuer = await StartAsync(storage);
        await using var expirer = await SqlTransaction.BeginAsync(storage);
        Assert.Equal(1, await expirer.QueryAsync<int>(SqlFile.Of("expire_jobs").Text, DateTime.UnixEpoch, Guid.Empty, 10));

        var taker = storage.NewUniqueJob("held", UniqueConflict.Supersede) with { Queue = Small };
        var taking = enqueuer.EnqueueAllAsync([taker], Stop);
        await WaitedForAsync(storage, taking);
        await expirer.CommitAsync();

        Assert.Null((await taking).Refusal);
        Assert.Equal((taker.Id, null), Assert.Single((await taking).Value!) is var taken ? (taken.Id, taken.Superseded) : default);
        Assert.Equal(JobState.Failed, (await storage.Queries.FindAsync(holder.Id, Stop)).Value!.State);
        Assert.Equal(1, await CountAsync(storage));
        await enqueuer.StopAsync(Stop);
    }

    /// <summary>The transaction of a caller may be open for long, while others move jobs and their notes are folded.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_transaction_enqueued_takes_up_room_once_it_is_committed_however_long_it_was_open(bool isInSql)
    {
        await using var storage = await TestStorage.CreateAsync();
        await BoundAsync(storage, 3);
        using var enqueuer = await StartAsync(storage);
        await storage.EnqueueAsync(storage.NewJob());
        var statistics = storage.Statistics();
        await statistics.FoldAsync(100, Stop);
        await using (var caller = await SqlTransaction.BeginAsync(storage))
        {
            await caller.EnqueueAsync(options: """{"queue":"small"}""");
            await caller.EnqueueAsync(options: """{"queue":"small"}""");
            await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(10));
            await storage.EnqueueAsync(storage.NewJob());
            Assert.Equal(1, await statistics.FoldAsync(100, Stop));

            // To itself it is there already, though the fold has gone past it.
            Assert.Equal(2, await caller.QueryAsync<long>("SELECT d.queued FROM jobservice.current_depths d JOIN jobservice.queues q ON q.id = d.queue_id WHERE q.name = 'small'"));
            await caller.CommitAsync();
        }

        Assert.Equal(2, (await storage.QueueQueries.DepthsAsync(Stop))[Small].Queued);
        Assert.Equal((true, false, false), (await TryAsync(), await TryAsync(), await TryAsync()));
        Assert.Equal(3, await CountAsync(storage));
        await enqueuer.StopAsync(Stop);

        async Task<bool> TryAsync()
        {
            if (!isInSql)
                return (await enqueuer.EnqueueAsync(Job(storage))).Refusal is not Refusal.QueueFull;
            return await storage.Database.QueryAsync<bool>("""SELECT refusal IS NULL FROM jobservice.try_enqueue_job('demo.echo', '1', '{"queue":"small"}')""");
        }
    }

    private static NewJob Job(TestStorage storage) => storage.NewJob() with { Queue = Small };

    /// <summary>Until somebody waits for a lock.</summary>
    private static async Task WaitedForAsync(TestStorage storage, Task waiting)
    {
        while (await storage.Database.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
            Assert.False(waiting.IsCompleted);
    }

    private static async Task<IEnumerable<Refusal?>> OneAsync(JobEnqueuer enqueuer, NewJob job) => [(await enqueuer.EnqueueAsync(job)).Refusal];

    private static async Task<IEnumerable<Refusal?>> AllAsync(JobEnqueuer enqueuer, IReadOnlyList<NewJob> jobs)
    {
        var refusal = (await enqueuer.EnqueueAllAsync(jobs, Stop)).Refusal;
        return jobs.Select(_ => refusal);
    }

    private static async Task BoundAsync(TestStorage storage, int maxDepth)
    {
        Assert.NotNull((await storage.Queues.SaveAsync(Small, new QueueSettings { MaxDepth = maxDepth }, Stop)).Value);
        await storage.Router.RefreshAsync(Stop);
    }

    private static Task<long> CountAsync(TestStorage storage) => storage.Database.QueryAsync<long>("SELECT (SELECT count(*) FROM jobservice.ready_jobs WHERE queue_id = q.id) + (SELECT count(*) FROM jobservice.scheduled_jobs WHERE queue_id = q.id) FROM jobservice.queues q WHERE name = 'small'");

    private static async Task<JobEnqueuer> StartAsync(TestStorage storage)
    {
        var enqueuer = new JobEnqueuer(
            storage.Jobs,
            storage.KeyedJobs,
            storage.Router,
            new SignalHub(new PostgresSignalLine(storage.Hot), TimeProvider.System, NullLogger<SignalHub>.Instance),
            Options.Create(new EnqueueOptions()),
            TimeProvider.System,
            NullLogger<JobEnqueuer>.Instance);
        await enqueuer.StartAsync(Stop);
        return enqueuer;
    }
}
