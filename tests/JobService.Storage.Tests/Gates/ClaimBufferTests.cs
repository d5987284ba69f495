using System.Data;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Storage.Tests.Gates;

/// <summary>
/// What a claim costs when dead rows can't be cleared away, since someone holds a snapshot, and when millions wait behind it. A claim is one
/// job through the claim store: everything its statements touch in the tables of jobs, in their indexes and in the sequence.
/// </summary>
public sealed class ClaimBufferTests
{
    private const int DeadRows = 20_000;
    private const int MaxBuffers = 20;

    /// <summary>By how many levels the indexes that a claim goes down may grow together.</summary>
    private const int Growth = 2;

    /// <summary>Between two full sweeps, which are paced: the scans that look back 250 ms, and each second the one that looks back 30 s.</summary>
    private const int ClaimsBetweenSweeps = 36;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_claim_touches_few_buffers_under_a_held_snapshot_whether_a_thousand_wait_or_a_million()
    {
        await using var storage = await TestStorage.CreateAsync();
        await using var counted = await CountedConnection.OpenAsync(storage);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var claimer = counted.Claimer(clock);
        var request = new ClaimRequest { Worker = await storage.RegisterWorkerAsync(), MaxJobs = 1, Types = [JobType.Parse("demo.echo")] };
        await using var holder = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var snapshot = await holder.BeginTransactionAsync(IsolationLevel.RepeatableRead, Stop);
        await using (var look = new NpgsqlCommand("SELECT count(*) FROM jobservice.ready_jobs", holder))
            Assert.Equal(0L, await look.ExecuteScalarAsync(Stop));
        await RunAsync(storage, claimer, request with { MaxJobs = 1_000 }, DeadRows);

        await AddBacklogAsync(storage, 1_000);
        var ofThousand = await BuffersOfClaimsAsync();
        for (var i = 0; i < 10; i++)
            await AddBacklogAsync(storage, 100_000);
        var ofMillion = await BuffersOfClaimsAsync();

        // Each index that grew may have one more level. The one claim that fills a page of a table or an index takes the next one as well.
        foreach (var (all, max) in new[] { (ofThousand, MaxBuffers), (ofMillion, MaxBuffers + Growth) })
        {
            Assert.InRange(all.Order().ElementAt(ClaimsBetweenSweeps - 2), 1, max);
            Assert.InRange(all.Max(), 1, max + 3);
        }

        Assert.InRange(ofMillion.Order().ElementAt(ClaimsBetweenSweeps / 2) - ofThousand.Order().ElementAt(ClaimsBetweenSweeps / 2), -Growth, Growth);

        // The dead rows are still in the way of whoever starts at the head of the lane, as a claimer without a memory does.
        claimer = counted.Claimer(clock);
        Assert.InRange(await BuffersOfClaimAsync(), 10 * MaxBuffers, int.MaxValue);

        async Task<IReadOnlyList<long>> BuffersOfClaimsAsync()
        {
            await counted.SettleAsync();

            // Twice, since what stood 30 s ago is known from two looks; the second time is a full sweep, so that the next is 10 s away.
            for (var i = 0; i < 2; i++)
            {
                clock.Advance(TimeSpan.FromSeconds(31));
                await BuffersOfClaimAsync();
            }

            var all = new List<long>();
            for (var i = 0; i < ClaimsBetweenSweeps; i++)
            {
                clock.Advance(Step);
                all.Add(await BuffersOfClaimAsync());
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"Buffers of each claim: {string.Join(' ', all)}");
            return all;
        }

        async Task<long> BuffersOfClaimAsync()
        {
            var reads = await counted.CountAsync(async () => Assert.Single((await claimer.ExchangeAsync([], request, Stop)).Claims));
            return reads.Values.Sum(table => table.Buffers);
        }
    }

    /// <summary>Enqueues jobs, claims and ends them, as a worker does, and leaves their dead rows behind.</summary>
    private static async Task RunAsync(TestStorage storage, IClaimStore claimer, ClaimRequest request, int jobs)
    {
        IReadOnlyList<JobTransition> ended = [];
        for (var left = jobs; left > 0; left -= ended.Count)
        {
            await storage.EnqueueAsync([.. Enumerable.Range(0, request.MaxJobs).Select(_ => storage.NewJob())]);
            var exchange = await claimer.ExchangeAsync(ended, request, Stop);
            ended = [.. exchange.Claims.Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null))];
        }

        await claimer.ExchangeAsync(ended, request: null, Stop);
    }

    /// <summary>As many jobs as one that is enqueued in the usual way, faster than that.</summary>
    private static async Task AddBacklogAsync(TestStorage storage, int jobs)
    {
        var model = Assert.Single(await storage.EnqueueAsync(storage.NewJob()));
        await storage.Database.ExecuteAsync(
            """
            WITH made AS MATERIALIZED (
                SELECT nextval('jobservice.ready_seq') AS seq, (left(jobservice.first_id(clock_timestamp())::text, 24) || lpad(to_hex(n), 12, '0'))::uuid AS id
                FROM generate_series(1, $2) AS n
            ), bodies AS (
                INSERT INTO jobservice.jobs (id, created_at, run_at, seq, type_id, queue_id, hard_limit_ms, priority, payload)
                SELECT made.id, j.created_at, j.run_at, made.seq, j.type_id, j.queue_id, j.hard_limit_ms, j.priority, j.payload
                FROM jobservice.jobs j, made WHERE j.id = $1
            )
            INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
            SELECT made.seq, made.id, r.queue_id, r.type_id, r.hard_limit_ms, r.attempt, r.rank, r.crashes, r.flags
            FROM jobservice.ready_jobs r, made WHERE r.id = $1
            """,
            model.Value,
            jobs);
    }
}
