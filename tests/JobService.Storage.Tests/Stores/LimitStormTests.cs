using System.Globalization;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Limits;
using JobService.Core.Rates;
using JobService.TestKit;

namespace JobService.Storage.Tests.Stores;

/// <summary>
/// Many claimers at many keys, some of which die: the recorded history never shows more than a key lets through, no key is passed over, and nothing is left over. JOBSERVICE_PROOF=full makes it
/// 1,000 keys and 100,000 jobs.
/// </summary>
public sealed class LimitStormTests
{
    private const int Claimers = 8;

    private static readonly int Keys = Proof.IsFull ? 1_000 : 200;
    private static readonly int JobsOfKey = Proof.IsFull ? 100 : 12;
    private static readonly int MostSlots = Proof.IsFull ? 30 : 8;

    /// <summary>
    /// How many fair shares a key may wait. The small storm has some twenty times as many deaths a job, and runs beside other tests: a claimer that the machine holds up keeps the keys it has locked from
    /// the others as long, which go on with theirs.
    /// </summary>
    private static readonly int MostShares = Proof.IsFull ? 3 : 6;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task At_no_instant_more_jobs_of_a_key_ran_than_its_limit_and_in_the_end_each_has_run(int seed)
    {
        await using var storage = await TestStorage.CreateAsync();
        for (var limit = 1; limit <= 5; limit++)
            await LimitAsync(storage, $"k{limit}:*", new LimitSettings { MaxRunning = limit });
        await LimitAsync(storage, "all", new LimitSettings { MaxRunning = 60 });

        var random = new Random(seed);
        var jobs = Enumerable.Range(0, Keys * JobsOfKey)
            .Select(i => storage.NewJob() with { LimitKeys = Proof.IsFull ? [LimitKey.Parse(KeyOf(i % Keys))] : [LimitKey.Parse(KeyOf(i % Keys)), LimitKey.Parse("all")] })
            .ToArray();
        random.Shuffle(jobs);
        foreach (var some in jobs.Chunk(10_000))
            await storage.EnqueueAsync(some);

        var deaths = await StormAsync(storage, seed, jobs.Length);

        Assert.True(await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 6") > jobs.Length * 9 / 10);
        var history = await LimitHistory.ReadAsync(storage.Database, Cancellation);
        var most = history.MostAtOnce();
        Assert.Equal(Proof.IsFull ? Keys : Keys + 1, most.Count);
        Assert.All(most, key => Assert.InRange(key.Value, 1, LimitOf(key.Key) ?? 60));
        var wait = history.LongestWaitInTurns(LimitOf);
        Report($"{jobs.Length} jobs of {Keys} keys, {deaths} deaths; the longest wait of a key was {wait / (double)Keys:F2} of its fair share.");

        // Beside that, each of the claims under way takes as many turns as it has slots.
        Assert.InRange(wait, 0, (MostShares * Keys) + (Claimers * MostSlots));

        // Nothing counts that does not run, and each key lets through as many as ever.
        Assert.Equal(0, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.running_jobs"));
        var again = Enumerable.Range(0, 10).SelectMany(key => Enumerable.Repeat(key, 6)).Select(key => storage.NewJob() with { LimitKeys = [LimitKey.Parse(KeyOf(key))] }).ToArray();
        await storage.EnqueueAsync(again);
        Assert.Equal(Enumerable.Range(0, 10).Sum(key => LimitOf(KeyOf(key))!.Value), (await storage.ClaimAllAsync(slots: 100)).Count);
    }

    [Fact]
    public async Task In_no_window_more_jobs_of_a_key_started_than_its_rate_lets_through()
    {
        await using var storage = await TestStorage.CreateAsync();
        var rates = new[] { new RateLimit(20, TimeSpan.FromSeconds(1), 1), new RateLimit(100, TimeSpan.FromSeconds(1), 10), new RateLimit(1_000, TimeSpan.FromSeconds(1), 50), new RateLimit(7, TimeSpan.FromMilliseconds(100), 3) };
        var counts = new[] { 30, 150, 1_500, 100 };
        for (var i = 0; i < rates.Length; i++)
            await LimitAsync(storage, $"paced:{i}", new LimitSettings { Rate = rates[i] });
        var jobs = counts.SelectMany((count, i) => Enumerable.Range(0, count).Select(_ => storage.NewJob() with { LimitKeys = [LimitKey.Parse($"paced:{i}")] })).ToArray();
        new Random(1).Shuffle(jobs);
        await storage.EnqueueAsync(jobs);

        await StormAsync(storage, seed: 3, jobs.Length);

        var history = await LimitHistory.ReadAsync(storage.Database, Cancellation);
        for (var i = 0; i < rates.Length; i++)
        {
            Assert.InRange(history.Starts($"paced:{i}"), counts[i], int.MaxValue);
            Assert.Equal(0, history.Excess($"paced:{i}", rates[i]));
        }
    }

    private static string KeyOf(int number) => string.Create(CultureInfo.InvariantCulture, $"k{(number % 5) + 1}:{number}");

    private static int? LimitOf(string key) => key[0] == 'k' ? key[1] - '0' : null;

    private static void Report(string what) => TestContext.Current.TestOutputHelper?.WriteLine(what);

    private static async Task LimitAsync(TestStorage storage, string pattern, LimitSettings settings)
    {
        Assert.True(LimitPattern.TryParse(pattern, out var parsed));
        Assert.False((await storage.Limits.SaveAsync(parsed, settings, Cancellation)).IsRefused(out _, out _));
    }

    /// <summary>Eight claimers run all the jobs; every other one dies now and then with what it holds, and another comes in its place.</summary>
    /// <returns>How often one died.</returns>
    private static async Task<int> StormAsync(TestStorage storage, int seed, int jobs) =>
        (await Task.WhenAll(Enumerable.Range(0, Claimers).Select(i => WorkAsync(storage, jobs, new Random((seed * 100) + i), isMortal: i % 2 == 0)))).Sum();

    private static async Task<int> WorkAsync(TestStorage storage, int jobs, Random random, bool isMortal)
    {
        var (claimer, worker) = (storage.Claimer(), await storage.RegisterWorkerAsync());
        var held = new List<Claim>();
        for (var deaths = 0; ;)
        {
            var ended = held.Where(_ => random.Next(2) == 0).ToArray();
            held.RemoveAll(ended.Contains);
            var exchange = await claimer.ExchangeAsync(
                [.. ended.Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null))],
                new ClaimRequest { Worker = worker, MaxJobs = random.Next(1, MostSlots), Types = [JobType.Parse("demo.echo")] },
                Cancellation);
            Assert.Empty(exchange.Stale);
            held.AddRange(exchange.Claims);
            if (held.Count == 0 && await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs") == jobs)
                return deaths;

            if (!isMortal || random.Next(40) != 0)
                continue;

            deaths++;
            await storage.Database.ExecuteAsync("UPDATE jobservice.workers SET state = 'lost', ended_at = now() WHERE id = $1", worker.Value);
            held.Clear();
            (claimer, worker) = (storage.Claimer(), await storage.RegisterWorkerAsync());
            await storage.Leases.ReclaimAsync(worker, 1_000, Cancellation);
        }
    }
}
