using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Retries;
using JobService.Core.Sequences;
using JobService.Core.Storage.Stores;

namespace JobService.Storage.Tests.Stores;

/// <summary>A worker, and whoever lets the next jobs of sequences go, on a database of its own.</summary>
internal sealed class SequenceBench : IAsyncDisposable
{
    public static readonly AttemptError Error = new("demo.failed", "It failed.");
    public static readonly SequenceKey Key = SequenceKey.Parse("order-1");

    private readonly PostgresEndedHeadsStore heads;

    private SequenceBench(TestStorage storage) => (Storage, heads) = (storage, storage.EndedHeads());

    public TestStorage Storage { get; }

    public WorkerId Worker { get; set; }

    private ClaimRequest Request => new() { Worker = Worker, MaxJobs = 100, Types = [JobType.Parse("demo.echo")] };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<SequenceBench> CreateAsync()
    {
        var bench = new SequenceBench(await TestStorage.CreateAsync());
        bench.Worker = await bench.Storage.RegisterWorkerAsync();
        return bench;
    }

    /// <summary>The job as one of the sequence.</summary>
    public static NewJob OfKey(NewJob job) => job with { Policies = job.Policies with { Sequence = new SequencePolicy(Key) } };

    /// <summary>So many jobs of one sequence, enqueued together.</summary>
    public async Task<IReadOnlyList<JobId>> EnqueueAsync(int count, SequenceFailure onFailure = SequenceFailure.Block, Func<NewJob, NewJob>? with = null) =>
        await Storage.EnqueueAsync([.. Enumerable.Range(0, count).Select(_ => Storage.NewSequenceJob(Key.Text, onFailure)).Select(job => with is null ? job : with(job))]);

    /// <summary>As a claim loop does it: again, where there is more to be had at once. By a claimer that remembers nothing, so that it looks everywhere.</summary>
    public async Task<IReadOnlyList<Claim>> ClaimAllAsync()
    {
        var (claimer, claims) = (Storage.Claimer(), new List<Claim>());
        while (true)
        {
            var exchange = await claimer.ExchangeAsync([], Request, Stop);
            claims.AddRange(exchange.Claims);
            if (!exchange.Outlook.IsMoreReady)
                return claims;
        }
    }

    public async Task<Claim> ClaimAsync() => Assert.Single(await ClaimAllAsync());

    public Task<Exchange> ExchangeAsync(IReadOnlyList<JobTransition> transitions) => Storage.Claimer().ExchangeAsync(transitions, Request, Stop);

    public async Task EndAsync(JobTransition transition) => Assert.Empty((await Storage.Claimer().ExchangeAsync([transition], request: null, Stop)).Stale);

    public Task SucceedAsync(Claim claim) => EndAsync(JobTransition.Succeed(claim.Id, claim.Token, result: null));

    public Task FailAsync(Claim claim) => EndAsync(JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, Error, FailureReason.AttemptsExhausted));

    /// <summary>A head that has failed for good, and holds up those behind it if it says so.</summary>
    public async Task<JobId> FailHeadAsync()
    {
        var claim = await ClaimAsync();
        await FailAsync(claim);
        await AdvanceAsync();
        return claim.Id;
    }

    public Task<AdvancedSequences> AdvanceAsync() => heads.AdvanceAsync(100, Stop);

    public async Task<JobState> StateAsync(JobId id) => (await FindAsync(id)).State;

    public async Task<Job> FindAsync(JobId id) => (await Storage.Queries.FindAsync(id, Stop)).Value!;

    public Task<Sequence?> SequenceAsync() => Storage.SequenceQueries.FindAsync(Key, Stop);

    public async Task<IReadOnlyList<string>> EventsAsync(JobId id) => [.. (await Storage.Queries.EventsAsync(id, Stop)).Select(told => told.Kind)];

    /// <summary>Nothing of any sequence is left.</summary>
    public async Task AssertNothingLeftAsync()
    {
        await AdvanceAsync();
        Assert.Equal(0, await Storage.Database.QueryAsync<long>(
            "SELECT (SELECT count(*) FROM jobservice.sequences) + (SELECT count(*) FROM jobservice.blocked_jobs) + (SELECT count(*) FROM jobservice.sequence_ends)"));
    }

    public ValueTask DisposeAsync() => Storage.DisposeAsync();
}
