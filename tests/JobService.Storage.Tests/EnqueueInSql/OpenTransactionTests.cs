using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;

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

    private static JobTransition Succeed(Claim claim) => JobTransition.Succeed(claim.Id, claim.Token, result: null);

    private async Task<JobId> EnqueueAsync(NewJob? job = null) => Assert.Single(await storage.EnqueueAsync(job ?? storage.NewJob()));

    private async Task<Claim> RunAsync(NewJob job)
    {
        var id = await EnqueueAsync(job);
        return Assert.Single((await claimer.ExchangeAsync([], Request(), Stop)).Claims, claim => claim.Id == id);
    }

    private ClaimRequest Request() => new() { Worker = worker, MaxJobs = 10, Types = [JobType.Parse("demo.echo")] };

    private async Task<JobState> StateAsync(JobId id) => (await storage.Queries.FindAsync(id, Stop)).Value!.State;
}
