using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Schedules;
using JobService.Core.Storage;
using JobService.Core.Storage.Stores;
using JobService.Storage.Tests.Stores;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Storage.Tests.EnqueueInSql;

/// <summary>A caller keeps the transaction open in which it enqueues. Whoever does not want the very same thing goes on meanwhile; what would wait for it fails by the time-out of its command.</summary>
public sealed class OpenTransactionTests : IAsyncLifetime
{
    private readonly TestStorage storage = new();
    private IClaimStore claimer = null!;
    private WorkerId worker;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await storage.InitializeAsync();
        claimer = storage.Claimer();
        worker = await storage.RegisterWorkerAsync();

        // The names that they all have in common are known.
        await RunAsync(storage.NewJob());
    }

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    [Fact]
    public async Task Whoever_runs_what_is_superseded_ends_it_and_what_else_he_runs_and_claims_more()
    {
        var (running, beside) = (await RunAsync(storage.NewUniqueJob("k")), await RunAsync(storage.NewJob()));
        var next = await EnqueueAsync();
        await using var open = await SqlTransaction.BeginAsync(storage);
        var taker = await open.EnqueueAsync(options: """{"unique":{"key":"k","onConflict":"supersede"}}""");

        var exchange = await claimer.ExchangeAsync([Succeed(running), Succeed(beside)], Request(), Stop);
        Assert.Empty(exchange.Stale);
        Assert.Equal([next], exchange.Claims.Select(claim => claim.Id));
        await open.CommitAsync();

        // It has ended by itself, which nobody can take back; its key is the other's.
        Assert.Equal(0, await storage.Leases.CancelSupersededAsync(Stop));
        Assert.Equal((JobState.Succeeded, JobState.Queued), (await StateAsync(running.Id), await StateAsync(taker)));
        Assert.Equal([taker], await storage.EnqueueAsync(storage.NewUniqueJob("k")));
    }

    [Fact]
    public async Task A_worker_that_knows_no_name_yet_goes_on_with_those_that_are_there()
    {
        var next = await EnqueueAsync();
        await using var open = await SqlTransaction.BeginAsync(storage);
        await open.EnqueueAsync("of.new");
        var names = new ServerNames();
        await using var hot = PostgresDatabase.CreateHot(storage.Database.ConnectionString, names);

        var exchange = await new PostgresClaimStore(hot, names, TimeProvider.System).ExchangeAsync([], Request() with { Types = [.. Request().Types, JobType.Parse("of.new")] }, Stop);

        Assert.Equal([next], exchange.Claims.Select(claim => claim.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_type_that_was_limited_before_it_was_there_is_never_claimed_without_its_limit(bool isAnotherHeld)
    {
        Assert.True(LimitPattern.TryParse("type:of.limited", out var pattern));
        Assert.Null((await storage.Limits.SaveAsync(pattern, new LimitSettings { MaxRunning = 1 }, Stop)).Refusal);
        var limited = storage.NewJob(type: "of.limited");
        var request = Request() with { Types = [.. Request().Types, limited.Type, JobType.Parse("of.other")] };

        // One for which no time passes, so that it reads nothing again since it would be time to; and which waits in vain for one of the names.
        var late = storage.Claimer(new FakeTimeProvider());
        Assert.Empty((await late.ExchangeAsync([], Request(), Stop)).Claims);
        var claims = new List<Claim>();
        await using (var open = await SqlTransaction.BeginAsync(storage))
        {
            await open.EnqueueAsync(isAnotherHeld ? "of.other" : "of.limited");
            if (isAnotherHeld)
                await storage.Jobs.EnqueueAsync([limited, storage.NewJob(type: "of.limited")], Stop);
            claims.AddRange((await late.ExchangeAsync([], request, Stop)).Claims);
            await open.CommitAsync();
        }

        if (!isAnotherHeld)
            await storage.Jobs.EnqueueAsync([limited, storage.NewJob(type: "of.limited")], Stop);
        for (var i = 0; i < 5; i++)
            claims.AddRange((await late.ExchangeAsync([], request, Stop)).Claims);
        Assert.Single(claims, claim => claim.Type == limited.Type);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_worker_is_asked_to_stop_what_is_superseded_once_that_is_committed_and_never_if_it_is_not(bool isCommitted)
    {
        var running = await RunAsync(storage.NewUniqueJob("k"));
        await using (var open = await SqlTransaction.BeginAsync(storage))
        {
            var taker = await open.EnqueueAsync(options: """{"unique":{"key":"k","onConflict":"supersede"}}""");
            Assert.Equal(0, await storage.Leases.CancelSupersededAsync(Stop));
            Assert.Empty(await storage.Leases.CancelRequestsAsync(worker, [running.Id], Stop));
            if (isCommitted)
                await open.CommitAsync();
            Assert.Equal(isCommitted ? 1 : 0, await storage.Leases.CancelSupersededAsync(Stop));
            if (isCommitted)
                Assert.Equal(new CancelRequest(running.Id, running.Token, $"Job {taker} takes its place."), Assert.Single(await storage.Leases.CancelRequestsAsync(worker, [running.Id], Stop)));
        }

        Assert.Equal(isCommitted ? 1 : 0, (await storage.Leases.CancelRequestsAsync(worker, [running.Id], Stop)).Count);
        Assert.Equal(0, await storage.Leases.CancelSupersededAsync(Stop));
    }

    [Fact]
    public async Task What_is_superseded_and_failed_before_that_was_committed_is_not_tried_again()
    {
        var running = await RunAsync(storage.NewUniqueJob("k"));
        await using var open = await SqlTransaction.BeginAsync(storage);
        await open.EnqueueAsync(options: """{"unique":{"key":"k","onConflict":"supersede"}}""");
        var retry = JobTransition.Retry(running.Id, running.Token, AttemptFailure.Failed, new AttemptError("a.b", "c"), TimeSpan.Zero);
        Assert.Empty((await claimer.ExchangeAsync([retry], request: null, Stop)).Stale);
        await open.CommitAsync();

        Assert.Equal(1, await storage.Leases.CancelSupersededAsync(Stop));
        Assert.Equal(JobState.Cancelled, await StateAsync(running.Id));
    }

    [Fact]
    public async Task A_job_that_a_transaction_holds_keeps_nobody_from_what_else_is_to_be_cancelled()
    {
        var (held, other) = (await RunAsync(storage.NewUniqueJob("k")), await RunAsync(storage.NewUniqueJob("l")));
        await using (var open = await SqlTransaction.BeginAsync(storage))
        {
            await open.EnqueueAsync(options: """{"unique":{"key":"k","onConflict":"supersede"}}""");
            await open.EnqueueAsync(options: """{"unique":{"key":"l","onConflict":"supersede"}}""");
            await open.CommitAsync();
        }

        await using (await HeldSchedule.BeginAsync(storage, $"SELECT FROM jobservice.running_jobs WHERE id = '{held.Id.Value}' FOR UPDATE"))
        {
            Assert.Equal(1, await storage.Leases.CancelSupersededAsync(Stop));
            Assert.Equal(other.Token, Assert.Single(await storage.Leases.CancelRequestsAsync(worker, [held.Id, other.Id], Stop)).Token);
        }

        Assert.Equal(1, await storage.Leases.CancelSupersededAsync(Stop));
        Assert.Equal(2, (await storage.Leases.CancelRequestsAsync(worker, [held.Id, other.Id], Stop)).Count);
    }

    [Fact]
    public async Task A_generation_that_was_begun_by_hand_since_is_not_cancelled_for_what_was_asked_of_the_one_before()
    {
        var running = await RunAsync(storage.NewUniqueJob("k"));
        await using (var open = await SqlTransaction.BeginAsync(storage))
        {
            await open.EnqueueAsync(options: """{"unique":{"key":"k","onConflict":"supersede"}}""");
            await open.CommitAsync();
        }

        await claimer.ExchangeAsync([Succeed(running)], request: null, Stop);
        var taker = Assert.Single((await claimer.ExchangeAsync([], Request(), Stop)).Claims);
        await claimer.ExchangeAsync([Succeed(taker)], request: null, Stop);
        Assert.Equal(JobState.Queued, (await storage.Jobs.RestartAsync(running.Id, new JobRestart(), actor: null, Stop)).Value);

        Assert.Equal(0, await storage.Leases.CancelSupersededAsync(Stop));
        Assert.Equal(JobState.Queued, await StateAsync(running.Id));
    }

    [Fact]
    public async Task Limits_are_set_beside_new_keys_and_hold_for_them_from_their_first_job()
    {
        await using var open = await SqlTransaction.BeginAsync(storage);
        JobId[] limited = [.. await open.QueryAsync<Guid[]>("""SELECT array_agg(jobservice.enqueue('demo.echo', '1', '{"limitKeys":["open:1"]}')) FROM generate_series(1, 3)""") is var ids ? ids.Select(id => new JobId(id)) : []];

        Assert.True((await storage.Limits.SaveAsync(Pattern("open:*"), new LimitSettings { MaxRunning = 1 }, Stop)).Value);
        Assert.True((await storage.Limits.SaveAsync(Pattern("other:1"), new LimitSettings { MaxRunning = 1 }, Stop)).Value);
        Assert.Null((await storage.Queues.SaveAsync(QueueName.Default, new QueueSettings { Weight = 3 }, Stop)).Refusal);
        var beside = await EnqueueAsync();
        Assert.Equal([beside], (await storage.ClaimAllAsync()).Select(claim => claim.Id));
        await open.CommitAsync();

        Assert.Equal([limited[0]], (await storage.ClaimAllAsync()).Select(claim => claim.Id));
    }

    [Fact]
    public async Task Jobs_of_other_limit_keys_are_enqueued_beside_the_first_of_a_queue_and_a_type()
    {
        await EnqueueAsync();
        await using var open = await SqlTransaction.BeginAsync(storage);
        await open.EnqueueAsync(options: """{"limitKeys":["open:1"]}""");

        var beside = await EnqueueAsync(storage.NewJob() with { LimitKeys = [LimitKey.Parse("open:2")] });
        Assert.Equal(JobState.Queued, await StateAsync(beside));
        await using var another = await SqlTransaction.BeginAsync(storage);
        await another.ExecuteAsync("SET LOCAL lock_timeout = '100ms'");
        await another.EnqueueAsync(options: """{"limitKeys":["open:3"]}""");
    }

    [Theory]
    [InlineData("queue:default")]
    [InlineData("type:demo.echo")]
    public async Task The_limit_of_a_queue_or_a_type_is_set_beside_new_keys_and_holds_for_those_that_wait_and_those_that_come(string key)
    {
        await using var open = await SqlTransaction.BeginAsync(storage);
        for (var i = 1; i <= 3; i++)
            await open.EnqueueAsync(options: $$"""{"limitKeys":["open:{{i}}"]}""");
        Assert.True((await storage.Limits.SaveAsync(Pattern(key), new LimitSettings { IsPaused = true }, Stop)).Value);
        await open.CommitAsync();
        Assert.Empty(await storage.ClaimAllAsync());

        // One runs since before the test.
        Assert.False((await storage.Limits.SaveAsync(Pattern(key), new LimitSettings { MaxRunning = 3 }, Stop)).Value);
        var claims = new List<Claim>();
        for (var i = 0; i < 3; i++)
            claims.AddRange(await storage.ClaimAllAsync());
        Assert.Equal(2, claims.Count);
        await EnqueueAsync(storage.NewJob() with { LimitKeys = [LimitKey.Parse("open:4")] });
        Assert.Empty(await storage.ClaimAllAsync());
    }

    [Fact]
    public async Task Whoever_sets_the_limit_of_a_key_that_is_just_made_is_refused_and_no_claim_waits_with_him()
    {
        await using var open = await SqlTransaction.BeginAsync(storage);
        await open.EnqueueAsync(options: """{"limitKeys":["open:1"]}""");

        await RefusedAsync(async () => (await storage.Limits.SaveAsync(Pattern("open:1"), new LimitSettings { MaxRunning = 1 }, Stop)).Refusal, "The limit open:1 is held by a transaction that is still open");
        await open.CommitAsync();
        Assert.True((await storage.Limits.SaveAsync(Pattern("open:1"), new LimitSettings { MaxRunning = 1 }, Stop)).Value);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("put")]
    public async Task Whoever_changes_a_queue_that_is_counted_just_now_is_refused_and_no_claim_waits_with_him(string change)
    {
        var queue = QueueName.Parse("bounded");
        await storage.Queues.SaveAsync(queue, new QueueSettings { MaxDepth = 5 }, Stop);
        await using var open = await SqlTransaction.BeginAsync(storage);
        await open.EnqueueAsync(options: """{"queue":"bounded"}""");

        await RefusedAsync(() => ChangeAsync(change, queue), "The queue 'bounded' is held by a transaction that is still open");
        await open.CommitAsync();
        Assert.Null(await ChangeAsync(change, queue));
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("put")]
    public async Task Whoever_makes_a_queue_that_is_just_made_is_refused_and_no_claim_waits_with_him(string change)
    {
        await using var open = await SqlTransaction.BeginAsync(storage);
        await open.EnqueueAsync(options: """{"queue":"made"}""");

        await RefusedAsync(() => ChangeAsync(change, QueueName.Parse("made")), "The queue 'made' is held by a transaction that is still open");
    }

    [Theory]
    [InlineData("replace")]
    [InlineData("supersede")]
    public async Task Sequences_go_on_beside_one_whose_next_job_is_held_and_that_one_goes_once_it_is_let_go(string mode)
    {
        var advancer = storage.EndedHeads(new FakeTimeProvider());
        Claim[] heads = [await RunInSqlAsync("a"), await RunInSqlAsync("b"), await RunInSqlAsync("c")];
        var held = await EnqueueInSqlAsync("""{"sequence":"a","unique":{"key":"held"}}""");
        JobId[] next = [await EnqueueInSqlAsync("""{"sequence":"a"}"""), await EnqueueInSqlAsync("""{"sequence":"b"}"""), await EnqueueInSqlAsync("""{"sequence":"c"}""")];
        await using var open = await SqlTransaction.BeginAsync(storage);
        await open.EnqueueAsync(options: $$$"""{"unique":{"key":"held","onConflict":"{{{mode}}}"}}""");

        // One at a time: it keeps nobody from what comes behind it.
        await EndAsync(heads[0]);
        await EndAsync(heads[1]);
        await advancer.AdvanceAsync(1, Stop);
        await advancer.AdvanceAsync(1, Stop);
        Assert.Equal((JobState.Blocked, JobState.Blocked, JobState.Queued), (await StateAsync(held), await StateAsync(next[0]), await StateAsync(next[1])));

        // Before it is let go, the ends of others are long past that of its head.
        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(2));
        await EndAsync(heads[2]);
        await advancer.AdvanceAsync(10, Stop);
        await advancer.AdvanceAsync(10, Stop);
        Assert.Equal(JobState.Queued, await StateAsync(next[2]));
        await open.CommitAsync();
        await advancer.AdvanceAsync(10, Stop);

        Assert.Equal(mode is "replace" ? (JobState.Queued, JobState.Blocked) : (JobState.Cancelled, JobState.Queued), (await StateAsync(held), await StateAsync(next[0])));
    }

    [Fact]
    public async Task The_next_job_of_a_head_that_is_superseded_goes_with_the_commit_however_late_that_is()
    {
        var clock = new FakeTimeProvider();
        var advancer = storage.EndedHeads(clock);
        var beside = await RunInSqlAsync("b");
        var head = await EnqueueInSqlAsync("""{"sequence":"a","unique":{"key":"head"}}""");
        JobId[] next = [await EnqueueInSqlAsync("""{"sequence":"a"}"""), await EnqueueInSqlAsync("""{"sequence":"b"}""")];
        await using var open = await SqlTransaction.BeginAsync(storage);
        await open.EnqueueAsync(options: """{"unique":{"key":"head","onConflict":"supersede"}}""");
        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(2));
        await EndAsync(beside);
        Assert.Equal(1, (await advancer.AdvanceAsync(10, Stop)).Ready);
        await open.CommitAsync();
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, (await advancer.AdvanceAsync(10, Stop)).Ready);
        Assert.Equal((JobState.Cancelled, JobState.Queued, JobState.Queued), (await StateAsync(head), await StateAsync(next[0]), await StateAsync(next[1])));
    }

    /// <summary>The next of one sequence is held, so that a look stops behind its end; those who committed late are seen to all the same, and so is what lies behind the stop.</summary>
    [Fact]
    public async Task It_goes_also_where_the_advancer_has_stopped_behind_it()
    {
        var clock = new FakeTimeProvider();
        var advancer = storage.EndedHeads(clock);
        Claim[] heads = [await RunInSqlAsync("a"), await RunInSqlAsync("b")];
        var held = await EnqueueInSqlAsync("""{"sequence":"a","unique":{"key":"held"}}""");
        var head = await EnqueueInSqlAsync("""{"sequence":"late","unique":{"key":"head"}}""");
        JobId[] next = [await EnqueueInSqlAsync("""{"sequence":"b"}"""), await EnqueueInSqlAsync("""{"sequence":"late"}""")];
        await using var holds = await SqlTransaction.BeginAsync(storage);
        await holds.EnqueueAsync(options: """{"unique":{"key":"held","onConflict":"replace"}}""");
        await using var late = await SqlTransaction.BeginAsync(storage);
        await late.EnqueueAsync(options: """{"unique":{"key":"head","onConflict":"supersede"}}""");
        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(2));
        await EndAsync(heads[0]);
        await EndAsync(heads[1]);

        Assert.Equal(0, (await advancer.AdvanceAsync(1, Stop)).Ready);
        await late.CommitAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        await advancer.AdvanceAsync(1, Stop);
        Assert.Equal((JobState.Cancelled, JobState.Queued), (await StateAsync(head), await StateAsync(next[1])));

        await advancer.AdvanceAsync(1, Stop);
        await advancer.AdvanceAsync(1, Stop);
        Assert.Equal((JobState.Blocked, JobState.Queued), (await StateAsync(held), await StateAsync(next[0])));
    }

    [Theory]
    [InlineData("", "replace")]
    [InlineData("", "supersede")]
    [InlineData(""","delay":"30m" """, "supersede")]
    [InlineData(""","sequence":"behind" """, "supersede")]
    public async Task Jobs_expire_beside_one_that_is_held_and_that_one_does_once_it_is_let_go(string how, string mode)
    {
        await EnqueueInSqlAsync("""{"sequence":"behind"}""");
        var ends = (await storage.Database.QueryAsync<DateTime>("SELECT jobservice.now()")).AddHours(1);
        var held = await EnqueueInSqlAsync($$"""{"unique":{"key":"held"},"expiresAt":"{{ends:O}}"{{how}}}""");
        var beside = await EnqueueInSqlAsync($$"""{"expiresAt":"{{ends.AddSeconds(1):O}}"}""");
        await storage.Database.AdvanceAsync(TimeSpan.FromHours(2));
        var expirer = storage.DueJobs();
        await using (var open = await SqlTransaction.BeginAsync(storage))
        {
            await open.EnqueueAsync(options: $$$"""{"unique":{"key":"held","onConflict":"{{{mode}}}"}}""");

            // One at a time: it keeps nobody from what comes behind it.
            Assert.Equal((0, 1), (await expirer.ExpireAsync(1, Stop), await expirer.ExpireAsync(1, Stop)));
            Assert.Equal(JobState.Failed, await StateAsync(beside));
        }

        Assert.Equal(1, await expirer.ExpireAsync(10, Stop) + await expirer.ExpireAsync(10, Stop));
        Assert.Equal(JobState.Failed, await StateAsync(held));
    }

    [Theory]
    [InlineData("""{"delay":"1s"}""")]
    [InlineData("""{"delay":"1s","sequence":"late"}""")]
    [InlineData("""{"delay":"1s","unique":{"key":"put off","onConflict":"debounce"}}""")]
    [InlineData("""{"delay":"1s","unique":{"key":"put off","onConflict":"replace"}}""")]
    public async Task A_delayed_job_is_queued_with_the_commit_however_late_that_is(string options)
    {
        var clock = new FakeTimeProvider();
        var promoter = storage.DueJobs(clock);
        await EnqueueInSqlAsync("""{"unique":{"key":"put off"}}""");
        await using var open = await SqlTransaction.BeginAsync(storage);
        var id = await open.EnqueueAsync(options: options);
        var beside = await EnqueueAsync(storage.NewJob() with { Delay = TimeSpan.FromMinutes(1) });
        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await promoter.PromoteAsync(10, Stop));
        Assert.Equal(JobState.Queued, await StateAsync(beside));
        await open.CommitAsync();
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, await promoter.PromoteAsync(10, Stop));
        Assert.Equal(JobState.Queued, await StateAsync(id));
    }

    [Fact]
    public async Task Schedules_go_on_beside_one_whose_queue_is_just_made_and_that_one_does_once_it_is_there()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var due = new ScheduleStores(storage.Hot, storage.Names, clock).Due;
        await SaveAsync("held", "made");
        await SaveAsync("beside", "default");
        await using var open = await SqlTransaction.BeginAsync(storage);
        await open.EnqueueAsync(options: """{"queue":"made"}""");
        await storage.Database.AdvanceAsync(TimeSpan.FromSeconds(15));

        Assert.Equal(1, (await due.RunDueAsync(10, Stop)).Schedules);
        await open.CommitAsync();
        Assert.Equal(0, (await due.RunDueAsync(10, Stop)).Schedules);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, (await due.RunDueAsync(10, Stop)).Schedules);

        async Task SaveAsync(string name, string queue)
        {
            var definition = ScheduleBench.Every(10);
            definition = definition with { Job = definition.Job with { Queue = QueueName.Parse(queue) } };
            await storage.Schedules.ChangeAsync(ScheduleName.Parse(name), (_, now) => Schedule.Create(ScheduleName.Parse(name), definition, now), Stop);
        }
    }

    [Fact]
    public async Task Whoever_makes_a_day_that_is_just_made_waits_for_a_moment_only()
    {
        await storage.Database.AdvanceAsync(TimeSpan.FromDays(30));
        await using var open = await SqlTransaction.BeginAsync(storage);
        var id = await open.EnqueueAsync();

        Assert.Equal(PostgresErrorCodes.LockNotAvailable, (await Assert.ThrowsAsync<PostgresException>(() => storage.Retention.CreatePartitionsAsync(Stop))).SqlState);
        await open.CommitAsync();
        await storage.Retention.CreatePartitionsAsync(Stop);
        Assert.Equal(JobState.Queued, await StateAsync(id));
    }

    private static LimitPattern Pattern(string text)
    {
        Assert.True(LimitPattern.TryParse(text, out var pattern));
        return pattern;
    }

    private static JobTransition Succeed(Claim claim) => JobTransition.Succeed(claim.Id, claim.Token, result: null);

    private async Task<Refusal?> ChangeAsync(string change, QueueName queue) => change switch
    {
        "pause" => (await storage.Queues.PauseAsync(queue, reason: null, actor: null, Stop)).Refusal,
        "resume" => (await storage.Queues.ResumeAsync(queue, Stop)).Refusal,
        _ => (await storage.Queues.SaveAsync(queue, new QueueSettings { MaxDepth = 6 }, Stop)).Refusal,
    };

    /// <summary>While a change waits, jobs are claimed; and it is told what it waited for.</summary>
    private async Task RefusedAsync(Func<Task<Refusal?>> change, string words)
    {
        await EnqueueAsync();
        var changing = change();
        await storage.WaitForLocksAsync(1, changing);
        Assert.False(changing.IsCompleted);
        Assert.Single((await claimer.ExchangeAsync([], Request(), Stop)).Claims);

        Assert.Contains(words, Assert.IsType<Refusal.InUse>(await changing).Detail, StringComparison.Ordinal);
    }

    /// <summary>A call of its own.</summary>
    private async Task<JobId> EnqueueInSqlAsync(string options)
    {
        await using var transaction = await SqlTransaction.BeginAsync(storage);
        var id = await transaction.EnqueueAsync(options: options);
        await transaction.CommitAsync();
        return id;
    }

    /// <summary>The head of a sequence, which runs.</summary>
    private async Task<Claim> RunInSqlAsync(string sequence)
    {
        var id = await EnqueueInSqlAsync($$"""{"sequence":"{{sequence}}"}""");
        return Assert.Single((await claimer.ExchangeAsync([], Request(), Stop)).Claims, claim => claim.Id == id);
    }

    private async Task EndAsync(Claim claim) => Assert.Empty((await claimer.ExchangeAsync([Succeed(claim)], request: null, Stop)).Stale);

    private async Task<JobId> EnqueueAsync(NewJob? job = null) => Assert.Single(await storage.EnqueueAsync(job ?? storage.NewJob()));

    private async Task<Claim> RunAsync(NewJob job)
    {
        var id = await EnqueueAsync(job);
        return Assert.Single((await claimer.ExchangeAsync([], Request(), Stop)).Claims, claim => claim.Id == id);
    }

    private ClaimRequest Request() => new() { Worker = worker, MaxJobs = 10, Types = [JobType.Parse("demo.echo")] };

    private async Task<JobState> StateAsync(JobId id) => (await storage.Queries.FindAsync(id, Stop)).Value!.State;
}
