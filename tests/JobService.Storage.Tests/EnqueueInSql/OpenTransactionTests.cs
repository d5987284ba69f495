using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;

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

    [Theory]
    [InlineData("""{"limitKeys":["open:1"]}""", "open:1")]
    [InlineData("""{"limitKeys":["open:1"]}""", "queue:default")]
    public async Task Whoever_sets_the_limit_of_a_key_that_is_just_made_is_refused_and_no_claim_waits_with_him(string options, string key)
    {
        await using var open = await SqlTransaction.BeginAsync(storage);
        await open.EnqueueAsync(options: options);

        await RefusedAsync(async () => (await storage.Limits.SaveAsync(Pattern(key), new LimitSettings { MaxRunning = 1 }, Stop)).Refusal, $"The limit {key} is held by a transaction that is still open");
        await open.CommitAsync();
        Assert.True((await storage.Limits.SaveAsync(Pattern(key), new LimitSettings { MaxRunning = 1 }, Stop)).Value);
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
        while (await storage.Database.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
            Assert.False(changing.IsCompleted);
        Assert.Single((await claimer.ExchangeAsync([], Request(), Stop)).Claims);

        Assert.Contains(words, Assert.IsType<Refusal.Unavailable>(await changing).Detail, StringComparison.Ordinal);
    }

    private async Task<JobId> EnqueueAsync(NewJob? job = null) => Assert.Single(await storage.EnqueueAsync(job ?? storage.NewJob()));

    private async Task<Claim> RunAsync(NewJob job)
    {
        var id = await EnqueueAsync(job);
        return Assert.Single((await claimer.ExchangeAsync([], Request(), Stop)).Claims, claim => claim.Id == id);
    }

    private ClaimRequest Request() => new() { Worker = worker, MaxJobs = 10, Types = [JobType.Parse("demo.echo")] };

    private async Task<JobState> StateAsync(JobId id) => (await storage.Queries.FindAsync(id, Stop)).Value!.State;
}
