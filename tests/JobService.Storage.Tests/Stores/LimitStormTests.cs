using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Limits;

namespace JobService.Storage.Tests.Stores;

/// <summary>Many claimers at many keys, some of which die: the recorded history never shows more than a key lets through, and nothing is left over.</summary>
public sealed class LimitStormTests
{
    private const int Keys = 40;
    private const int JobsOfKey = 25;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task At_no_instant_more_jobs_of_a_key_ran_than_its_limit_and_in_the_end_each_has_run(int seed)
    {
        await using var storage = await TestStorage.CreateAsync();
        for (var limit = 1; limit <= 5; limit++)
            Assert.False((await storage.Limits.SaveAsync(Pattern($"k{limit}:*"), new LimitSettings { MaxRunning = limit }, Cancellation)).IsRefused(out _, out _));
        Assert.False((await storage.Limits.SaveAsync(Pattern("all"), new LimitSettings { MaxRunning = 60 }, Cancellation)).IsRefused(out _, out _));

        var random = new Random(seed);
        var jobs = Enumerable.Range(0, Keys * JobsOfKey)
            .Select(i => storage.NewJob() with { LimitKeys = [LimitKey.Parse($"k{i % Keys % 5 + 1}:{i % Keys}"), LimitKey.Parse("all")] })
            .ToArray();
        random.Shuffle(jobs);
        await storage.EnqueueAsync(jobs);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => WorkAsync(new Random((seed * 100) + i), isMortal: i % 2 == 0)));

        Assert.True(await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 6") > jobs.Length * 9 / 10);
        Assert.Equal(0, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.running_jobs"));
        Assert.Equal(0, await storage.Database.QueryAsync<long>(
            """
            WITH runs AS (
                SELECT id, started_at, finished_at FROM jobservice.finished_jobs WHERE state = 6
                UNION ALL
                SELECT id, started_at, finished_at FROM jobservice.attempts WHERE failure = 3
            ), of_key AS MATERIALIZED (
                SELECT key, r.started_at, r.finished_at
                FROM runs r JOIN jobservice.jobs j ON j.id = r.id JOIN jobservice.limit_lanes l ON l.id = j.lane_id CROSS JOIN LATERAL unnest(l.keys) AS key
            )
            SELECT count(*) FROM of_key r JOIN jobservice.limit_keys k ON k.key = r.key
            WHERE (SELECT count(*) FROM of_key o WHERE o.key = r.key AND o.started_at <= r.started_at AND o.finished_at > r.started_at) > k.max_running
            """));
        return;

        async Task WorkAsync(Random random, bool isMortal)
        {
            var (claimer, worker) = (storage.Claimer(), await storage.RegisterWorkerAsync());
            var held = new List<Claim>();
            while (true)
            {
                var ended = held.Where(_ => random.Next(2) == 0).ToArray();
                held.RemoveAll(ended.Contains);
                var exchange = await claimer.ExchangeAsync(
                    [.. ended.Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null))],
                    new ClaimRequest { Worker = worker, MaxJobs = random.Next(1, 30), Types = [JobType.Parse("demo.echo")] },
                    Cancellation);
                Assert.Empty(exchange.Stale);
                held.AddRange(exchange.Claims);
                if (held.Count == 0 && await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs") == jobs.Length)
                    return;

                if (!isMortal || random.Next(40) != 0)
                    continue;

                // It dies with what it holds, and another comes in its place.
                await storage.Database.ExecuteAsync("UPDATE jobservice.workers SET state = 'lost', ended_at = now() WHERE id = $1", worker.Value);
                held.Clear();
                (claimer, worker) = (storage.Claimer(), await storage.RegisterWorkerAsync());
                await storage.Leases.ReclaimAsync(worker, 1_000, Cancellation);
            }
        }
    }

    private static LimitPattern Pattern(string text) => LimitPattern.TryParse(text, out var pattern) ? pattern : throw new FormatException(text);
}
