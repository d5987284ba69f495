using System.Collections.Concurrent;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Queues;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Storage.Tests.Stores;

/// <summary>Everything that makes or moves ready rows, in any order: no job is left behind, none is held twice.</summary>
public sealed class ClaimStormTests
{
    private static readonly AttemptError Error = new("demo.failed", "It failed.");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_the_order_each_committed_job_is_claimed_by_one_at_a_time_and_ends(int seed)
    {
        await using var storage = await TestStorage.CreateAsync();
        await using var storm = await Storm.BeginAsync(storage, seed);
        for (var step = 0; step < 300; step++)
            await storm.StepAsync();

        await storm.DrainAsync(within: TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task Claimers_and_enqueuers_at_the_same_time_leave_nothing_behind_and_take_nothing_twice()
    {
        await using var storage = await TestStorage.CreateAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(45));
        var committed = new ConcurrentBag<JobId>();
        var claimed = new ConcurrentDictionary<JobId, LeaseToken>();
        var twice = new ConcurrentBag<JobId>();

        var enqueuing = Task.WhenAll(Enumerable.Range(0, 3).Select(seed => EnqueueAsync(new Random(seed))));
        var workers = new List<WorkerId>();
        for (var i = 0; i < 3; i++)
            workers.Add(await storage.RegisterWorkerAsync());
        await Task.WhenAll([enqueuing, .. workers.Select(ClaimAsync)]);

        Assert.Empty(twice);
        Assert.Equal(committed.Order(Comparer<JobId>.Create((a, b) => a.Value.CompareTo(b.Value))), claimed.Keys.Order(Comparer<JobId>.Create((a, b) => a.Value.CompareTo(b.Value))));
        Assert.Equal(committed.Count, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 6"));

        async Task EnqueueAsync(Random random)
        {
            var open = new List<OpenEnqueue>();
            for (var i = 0; i < 120; i++)
            {
                open.Add(await OpenEnqueue.BeginAsync(storage, [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => storage.NewJob() with { Priority = new JobPriority(random.Next(5, 7)) })]));
                if (open.Count > 3)
                    await EndAsync(open, random.Next(open.Count), isCommitted: random.Next(8) != 0);
            }

            while (open.Count > 0)
                await EndAsync(open, random.Next(open.Count), isCommitted: true);
        }

        async Task EndAsync(List<OpenEnqueue> open, int which, bool isCommitted)
        {
            await using var one = open[which];
            open.RemoveAt(which);
            if (!isCommitted)
                return;
            await one.CommitAsync();
            foreach (var id in one.Ids)
                committed.Add(id);
        }

        async Task ClaimAsync(WorkerId worker)
        {
            var claimer = storage.Claimer();
            IReadOnlyList<JobTransition> ended = [];
            while (!enqueuing.IsCompleted || claimed.Count < committed.Count || ended.Count > 0)
            {
                var exchange = await claimer.ExchangeAsync(ended, new ClaimRequest { Worker = worker, MaxJobs = 7, Types = [JobType.Parse("demo.echo")] }, patience.Token);
                Assert.Empty(exchange.Stale);
                foreach (var claim in exchange.Claims.Where(claim => !claimed.TryAdd(claim.Id, claim.Token)))
                    twice.Add(claim.Id);
                ended = [.. exchange.Claims.Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null))];
            }
        }
    }

    /// <summary>One interleaving of callers, three claimers and maintenance; the seed decides who is next.</summary>
    private sealed class Storm : IAsyncDisposable
    {
        private readonly TestStorage storage;
        private readonly Random random;
        private readonly FakeTimeProvider clock = new();
        private readonly IDueJobsStore due;
        private readonly List<(IClaimStore Claims, WorkerId Worker)> claimers = [];
        private readonly List<OpenEnqueue> open = [];
        private readonly HashSet<JobId> committed = [];
        private readonly HashSet<LeaseToken> tokens = [];
        private readonly Dictionary<JobId, (int Claimer, LeaseToken Token)> running = [];

        private Storm(TestStorage storage, int seed)
        {
            (this.storage, random) = (storage, new Random(seed));
            due = storage.DueJobs(clock);
        }

        public static async Task<Storm> BeginAsync(TestStorage storage, int seed)
        {
            var storm = new Storm(storage, seed);
            for (var i = 0; i < 3; i++)
                storm.claimers.Add((storage.Claimer(storm.clock), await storage.RegisterWorkerAsync()));
            return storm;
        }

        public async Task StepAsync()
        {
            var cancellation = TestContext.Current.CancellationToken;
            switch (random.Next(100))
            {
                case < 25:
                    open.Add(await OpenEnqueue.BeginAsync(storage, [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => NewJob())]));
                    break;
                case < 42 when open.Count > 0:
                    await EndAsync(random.Next(open.Count), isCommitted: true);
                    break;
                case < 46 when open.Count > 0:
                    await EndAsync(random.Next(open.Count), isCommitted: false);
                    break;
                case < 74:
                    await ExchangeAsync(random.Next(claimers.Count), random.Next(1, 9), isEveryJobEnded: false);
                    break;
                case < 80 when committed.Count > 0:
                    await storage.Jobs.EditAsync(AnyCommitted(), new JobEdit { Priority = new JobPriority(random.Next(4, 8)) }, actor: null, cancellation);
                    break;
                case < 86 when committed.Count > 0:
                    await storage.Jobs.RestartAsync(AnyCommitted(), new JobRestart(), actor: null, cancellation);
                    break;
                case < 90:
                    await due.PromoteAsync(20, cancellation);
                    break;
                default:
                    clock.Advance(TimeSpan.FromMilliseconds(random.Next(800)));
                    break;
            }
        }

        /// <summary>Commits everything, and goes on claiming and ending until every job has ended.</summary>
        public async Task DrainAsync(TimeSpan within)
        {
            while (open.Count > 0)
                await EndAsync(0, isCommitted: true);

            for (var past = TimeSpan.Zero; past < within && await CountAsync("finished_jobs") < committed.Count; past += TimeSpan.FromMilliseconds(250))
            {
                await due.PromoteAsync(1_000, TestContext.Current.CancellationToken);
                for (var i = 0; i < claimers.Count; i++)
                    await ExchangeAsync(i, 20, isEveryJobEnded: true);
                clock.Advance(TimeSpan.FromMilliseconds(250));
            }

            Assert.NotEmpty(committed);
            Assert.Equal(
                ("", 0L, 0L, 0L, (long)committed.Count),
                (string.Join(' ', running.Keys), await CountAsync("ready_jobs"), await CountAsync("running_jobs"), await CountAsync("scheduled_jobs"), await CountAsync("finished_jobs")));
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var one in open)
                await one.DisposeAsync();
        }

        private async Task EndAsync(int which, bool isCommitted)
        {
            await using var one = open[which];
            open.RemoveAt(which);
            if (!isCommitted)
                return;
            await one.CommitAsync();
            committed.UnionWith(one.Ids);
        }

        private async Task ExchangeAsync(int who, int maxJobs, bool isEveryJobEnded)
        {
            var (claims, worker) = claimers[who];
            var ended = running.Where(job => job.Value.Claimer == who && (isEveryJobEnded || random.Next(2) == 0)).ToArray();
            var transitions = ended.Select(job => isEveryJobEnded
                ? JobTransition.Succeed(job.Key, job.Value.Token, result: null)
                : AnyEnd(job.Key, job.Value.Token)).ToArray();
            var exchange = await claims.ExchangeAsync(
                transitions,
                new ClaimRequest { Worker = worker, MaxJobs = maxJobs, Types = [JobType.Parse("demo.echo")] },
                TestContext.Current.CancellationToken);

            Assert.Empty(exchange.Stale);
            foreach (var (id, _) in ended)
                running.Remove(id);
            foreach (var claim in exchange.Claims)
            {
                Assert.Contains(claim.Id, committed);
                Assert.True(running.TryAdd(claim.Id, (who, claim.Token)), $"Job {claim.Id} is held twice.");
                Assert.True(tokens.Add(claim.Token), $"Lease token {claim.Token} was given twice.");
            }
        }

        private JobTransition AnyEnd(JobId id, LeaseToken token) => random.Next(5) switch
        {
            0 => JobTransition.Retry(id, token, AttemptFailure.Failed, Error, TimeSpan.Zero),
            1 => JobTransition.Snooze(id, token, TimeSpan.Zero),
            2 => JobTransition.Release(id, token),
            _ => JobTransition.Succeed(id, token, result: null),
        };

        private NewJob NewJob() => storage.NewJob() with
        {
            Priority = new JobPriority(random.Next(4, 7)),
            Queue = random.Next(4) == 0 ? QueueName.Parse("side") : QueueName.Default,
        };

        private JobId AnyCommitted() => committed.ElementAt(random.Next(committed.Count));

        private Task<long> CountAsync(string table) => storage.Database.QueryAsync<long>($"SELECT count(*) FROM jobservice.{table}");
    }
}
