using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Storage.Tests.Stores;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Storage.Tests.Gates;

/// <summary>
/// Many transactions that drew their places in two lanes and commit in any other order, from at once to a minute and a half later, while
/// the claimer goes past them through lanes that grow, are emptied and stay empty. None is left behind longer than a full sweep.
/// </summary>
public sealed class LaneAttackTests
{
    private const int MaxJobs = 5;

    /// <summary>A lane is swept each 10 s; its turn comes at each second claim, and what could be seen all at once takes a few of them.</summary>
    private static readonly TimeSpan FullSweep = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRound = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Grace = 6 * LongestRound;

    private static readonly TimeSpan Growth = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Attack = TimeSpan.FromSeconds(110);
    private static readonly TimeSpan LatestCommit = TimeSpan.FromSeconds(90);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_job_is_left_behind_longer_than_a_full_sweep_however_late_it_is_committed(int seed)
    {
        await using var storage = await TestStorage.CreateAsync();
        var (random, clock) = (new Random(seed), new FakeTimeProvider());
        var claimer = storage.Claimer(clock);
        var request = new ClaimRequest { Worker = await storage.RegisterWorkerAsync(), MaxJobs = MaxJobs, Types = [JobType.Parse("demo.echo")] };
        var open = new PriorityQueue<OpenEnqueue, TimeSpan>();
        var late = new Dictionary<JobId, TimeSpan>();
        var claimed = new List<(Claim Claim, TimeSpan At)>();
        var behind = new List<TimeSpan>();
        var enqueued = 0;

        for (var now = TimeSpan.Zero; now < Attack || claimed.Count < enqueued; now += await RoundAsync(now))
            Assert.InRange(now, TimeSpan.Zero, Attack + LatestCommit + FullSweep + Grace);

        TestContext.Current.TestOutputHelper?.WriteLine($"{behind.Count} late jobs, behind for up to {behind.Max()}.");
        Assert.Equal(claimed.Count, claimed.Select(job => job.Claim.Id).Distinct().Count());
        Assert.InRange(behind.Count(time => time > TimeSpan.FromSeconds(1)), 10, int.MaxValue);
        Assert.All(behind, time => Assert.InRange(time, TimeSpan.Zero, FullSweep + Grace));

        async Task<TimeSpan> RoundAsync(TimeSpan now)
        {
            if (now < Attack && random.Next(4) == 0)
            {
                // Some within what each scan looks back, and some beyond all but the full one.
                var lag = LatestCommit * Math.Pow(random.NextDouble(), 3);
                open.Enqueue(await OpenEnqueue.BeginAsync(storage, NewJobs(random.Next(1, 4))), now + lag);
            }

            if (now < Growth)
                await storage.EnqueueAsync(NewJobs(MaxJobs + 1));

            while (open.TryPeek(out _, out var due) && due <= now)
            {
                await using var committed = open.Dequeue();
                await committed.CommitAsync();
                foreach (var id in committed.Ids)
                    late.Add(id, now);
            }

            foreach (var claim in (await claimer.ExchangeAsync([], request, Stop)).Claims)
            {
                if (late.TryGetValue(claim.Id, out var since))
                    behind.Add(Behind(claim, since, now));
                claimed.Add((claim, now));
            }

            var round = LongestRound * random.NextDouble();
            clock.Advance(round);
            return round;
        }

        // Behind is a job that could be seen when a later one of its lane had been claimed.
        TimeSpan Behind(Claim claim, TimeSpan since, TimeSpan now)
        {
            var passed = claimed
                .Where(other => other.Claim.Queue == claim.Queue && other.Claim.Token.Value > claim.Token.Value)
                .Select(other => other.At)
                .DefaultIfEmpty(now)
                .Min();
            return now - (since > passed ? since : passed);
        }

        NewJob[] NewJobs(int count)
        {
            enqueued += count;
            return [.. Enumerable.Range(0, count).Select(_ => storage.NewJob() with { Queue = random.Next(2) == 0 ? QueueName.Default : QueueName.Parse("side") })];
        }
    }
}
