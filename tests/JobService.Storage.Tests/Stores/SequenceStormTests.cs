using System.Collections.Concurrent;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Leases;
using JobService.Core.Queues;
using JobService.Core.Sequences;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>Everything that touches sequences at once, with sessions that are killed and workers that come back from the dead: the order holds, and nobody is left behind.</summary>
public sealed class SequenceStormTests
{
    private const int Keys = 10;
    private const int Rounds = 120;
    private const int Kills = 40;

    private static readonly AttemptError Error = new("demo.failed", "It failed.");
    private static readonly QueueName[] Queues = [QueueName.Default, QueueName.Parse("side")];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task No_job_started_before_those_ahead_of_it_were_final_and_in_the_end_all_are(int seed)
    {
        await using var storage = await TestStorage.CreateAsync();
        await SequenceHistory.RecordAsync(storage.Database);
        var ids = new ConcurrentBag<JobId>();
        var asked = new ConcurrentBag<IReadOnlyList<(string Key, JobId Job)>>();
        var failures = 0;
        var boots = new ConcurrentBag<WorkerId>();
        for (var i = 0; i < 3; i++)
            boots.Add(await storage.RegisterWorkerAsync());

        var movers = Task.WhenAll(
        [
            .. Enumerable.Range(0, 3).Select(i => EnqueueAllAsync(new Random((seed * 100) + i))),
            .. Enumerable.Range(10, 3).Select(i => WorkAsync(new Random((seed * 100) + i))),
            RoundsAsync(new Random((seed * 100) + 20), SteerAsync),
            RoundsAsync(new Random((seed * 100) + 21), SteerAsync),
        ]);
        await Task.WhenAll(
        [
            movers,
            .. Enumerable.Range(0, 2).Select(_ => UntilMovedAsync(storage.EndedHeads().AdvanceAsync)),
            UntilMovedAsync(storage.DueJobs().PromoteAsync),
            UntilMovedAsync(storage.DueJobs().ExpireAsync),
            KillAsync(),
        ]);
        await DrainAsync();

        var history = await SequenceHistory.FollowAsync(storage.Database);
        TestContext.Current.TestOutputHelper?.WriteLine($"{history.Entered.Count} jobs, {history.Starts} starts, held {history.Held}, again {history.Again}, {failures} calls failed");
        TestContext.Current.TestOutputHelper?.WriteLine($"{await storage.Database.QueryAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")} deadlocks");
        Assert.InRange(history.Starts, 200, int.MaxValue);
        Assert.InRange(history.Held, 1, int.MaxValue);
        Assert.InRange(failures, 1, int.MaxValue);

        // What one caller asked for, call after call, came in that order.
        var place = history.Entered.Select((job, i) => (job, i)).ToDictionary(entry => entry.job, entry => entry.i);
        foreach (var line in asked.SelectMany(own => own.GroupBy(one => one.Key, StringComparer.Ordinal)))
        {
            var places = line.Where(one => place.ContainsKey(one.Job)).Select(one => place[one.Job]).ToArray();
            Assert.Equal(places.Order(), places);
        }

        // Nothing is left, and nothing had to be looked for.
        Assert.Equal(0, await storage.Database.QueryAsync<long>(
            """
            SELECT (SELECT count(*) FROM jobservice.sequence_ends) + (SELECT count(*) FROM jobservice.blocked_jobs) + (SELECT count(*) FROM jobservice.sequences WHERE head_id IS NOT NULL)
                 + (SELECT count(*) FROM jobservice.ready_jobs) + (SELECT count(*) FROM jobservice.scheduled_jobs) + (SELECT count(*) FROM jobservice.running_jobs)
            """));
        Assert.Equal(0, await storage.EndedHeads().RecoverAsync(Stop));
        Assert.Equal(0, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.sequences"));
        Assert.Equal(await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.jobs"), await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs"));
        Assert.All((await storage.QueueQueries.DepthsAsync(Stop)).Values, depth => Assert.Equal(default, depth));
        return;

        async Task RoundsAsync(Random random, Func<Random, Task> round)
        {
            for (var i = 0; i < Rounds; i++)
                await TryAsync(() => round(random));
        }

        async Task UntilMovedAsync<T>(Func<int, CancellationToken, Task<T>> round)
        {
            while (!movers.IsCompleted)
                await TryAsync(() => round(7, Stop));
        }

        async Task TryAsync(Func<Task> step)
        {
            try
            {
                await step();
            }
            catch (Exception e) when (e is NpgsqlException or DatabaseUnreachableException or IOException)
            {
                Interlocked.Increment(ref failures);
            }
        }

        async Task EnqueueAllAsync(Random random)
        {
            var own = new List<(string Key, JobId Job)>();
            await RoundsAsync(random, async random =>
            {
                NewJob[] jobs = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => NewJob(random))];
                foreach (var job in jobs)
                    ids.Add(job.Id);
                if (random.Next(2) == 0)
                {
                    own.AddRange(jobs.Select(job => (job.Policies.Sequence!.Key.Text, job.Id)));
                    await storage.KeyedJobs.EnqueueAllAsync(jobs, Stop);
                    return;
                }

                // As the enqueuer does it: what is put back comes by itself.
                var answers = await storage.KeyedJobs.EnqueueEachAsync(jobs, Stop);
                foreach (var job in jobs.Where((_, i) => answers[i] is null))
                    await storage.KeyedJobs.EnqueueEachAsync([job], Stop);
            });
            asked.Add(own);
        }

        NewJob NewJob(Random random)
        {
            var key = $"order-{random.Next(Keys)}";
            var job = random.Next(4) == 0
                ? storage.NewUniqueJob($"one-{random.Next(Keys)}", (UniqueConflict)random.Next(5), random.Next(2) == 0 ? UniqueScope.UntilFinished : UniqueScope.UntilStarted)
                : storage.NewJob();
            return job with
            {
                Queue = Queues[random.Next(2)],
                Priority = new JobPriority(random.Next(2) * 5),
                LimitKeys = random.Next(5) == 0 ? [LimitKey.Parse("tenant:1")] : [],
                Delay = random.Next(8) == 0 ? TimeSpan.FromMilliseconds(random.Next(300)) : null,
                ExpiresAt = random.Next(12) == 0 ? TimeProvider.System.GetUtcNow().AddMilliseconds(random.Next(2_000)) : null,
                Policies = job.Policies with { Sequence = new SequencePolicy(SequenceKey.Parse(key), (SequenceFailure)random.Next(2)) },
            };
        }

        async Task WorkAsync(Random random)
        {
            var (claimer, worker) = (storage.Claimer(), boots.TryTake(out var boot) ? boot : throw new InvalidOperationException());
            var (held, ghosts) = (new List<Claim>(), new List<Claim>());
            for (var i = 0; i < 2 * Rounds; i++)
            {
                await TryAsync(async () =>
                {
                    var ended = held.Where(_ => random.Next(3) > 0).ToArray();
                    var late = ghosts.Where(_ => random.Next(4) == 0).ToArray();
                    held.RemoveAll(ended.Contains);
                    ghosts.RemoveAll(late.Contains);
                    var request = new ClaimRequest { Worker = worker, MaxJobs = random.Next(1, 6), Types = [JobType.Parse("demo.echo")] };
                    held.AddRange((await claimer.ExchangeAsync([.. ended.Concat(late).Select(claim => EndOf(claim, random))], request, Stop)).Claims);
                });
                if (random.Next(25) > 0)
                    continue;

                // It is taken for dead, and reports later what it went on with.
                await TryAsync(async () =>
                {
                    var next = await storage.RegisterWorkerAsync();
                    await storage.Leases.LeaveAsync(worker, Stop);
                    ghosts.AddRange(held);
                    held.Clear();
                    (claimer, worker) = (storage.Claimer(), next);
                    await storage.Leases.ReclaimAsync(worker, 100, Stop);
                });
            }
        }

        async Task SteerAsync(Random random)
        {
            var key = SequenceKey.Parse($"order-{random.Next(Keys)}");
            if (random.Next(2) == 0 && await storage.SequenceQueries.FindAsync(key, Stop) is { HeldAt: not null } held)
            {
                await (random.Next(3) switch
                {
                    0 => storage.Sequences.ResumeAsync(key, held.Head, reason: null, actor: "alice", Stop),
                    1 => storage.Jobs.RestartAsync(held.Head, new JobRestart(), actor: null, Stop),
                    _ => (Task)storage.Jobs.DeleteAsync(held.Head, Stop),
                });
            }

            if (random.Next(60) == 0)
                await storage.Queues.PurgeAsync(Queues[1], reason: null, actor: null, Stop);
            if (ids.IsEmpty)
                return;
            var id = ids.ElementAt(random.Next(Math.Min(ids.Count, 60)));
            await (random.Next(6) switch
            {
                0 or 1 => storage.Jobs.CancelAsync(id, reason: null, actor: null, Stop),
                2 => storage.Jobs.DeleteAsync(id, Stop),
                3 or 4 => storage.Jobs.RestartAsync(id, new JobRestart(), actor: null, Stop),
                _ => (Task)storage.Jobs.EditAsync(id, new JobEdit { Queue = Queues[random.Next(2)], Priority = new JobPriority(random.Next(2) * 5) }, actor: null, Stop),
            });
        }

        async Task KillAsync()
        {
            for (var killed = 0; killed < Kills && !movers.IsCompleted;)
            {
                // Whoever is at work: an idle session leaves nothing half done.
                killed += (int)await storage.Database.QueryAsync<long>(
                    """
                    SELECT count(pg_terminate_backend(pid)) FROM (
                        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'JobService' AND state <> 'idle' ORDER BY random() LIMIT 1) one
                    """);
            }
        }

        // Whatever is there ends well now, and whatever holds others up is passed.
        async Task DrainAsync()
        {
            var (worker, heads, due) = (await storage.RegisterWorkerAsync(), storage.EndedHeads(), storage.DueJobs());
            await storage.Database.ExecuteAsync("UPDATE jobservice.workers SET state = 'lost', ended_at = now() WHERE ended_at IS NULL AND id <> $1", worker.Value);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            patience.CancelAfter(TimeSpan.FromSeconds(30));
            do
            {
                if (patience.IsCancellationRequested)
                {
                    throw new TimeoutException(await storage.Database.QueryAsync<string>(
                        """
                        SELECT string_agg(concat_ws(' ', s.key, s.head_id, s.held_at, v.finished_state, v.running_id IS NOT NULL, v.scheduled_state, v.blocked_id IS NOT NULL, v.queue, v.attempt, v.limit_keys, v.expires_at, r.queue_id, r.rank, r.seq, r.crashes), E'\n')
                        FROM jobservice.sequences s LEFT JOIN jobservice.job_views v ON v.id = s.head_id LEFT JOIN jobservice.ready_jobs r ON r.id = s.head_id
                        """));
                }

                await storage.Leases.ReclaimAsync(worker, 1_000, Stop);
                await due.PromoteAsync(1_000, Stop);
                var (claimer, exchange) = (storage.Claimer(), Exchange.Empty);
                do
                {
                    // Lanes of limits are met first, and claimed from then.
                    exchange = await claimer.ExchangeAsync([], new ClaimRequest { Worker = worker, MaxJobs = 1_000, Types = [JobType.Parse("demo.echo")] }, Stop);
                    await claimer.ExchangeAsync([.. exchange.Claims.Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null)), .. exchange.Endings], request: null, Stop);
                }
                while (exchange.Outlook.IsMoreReady);

                foreach (var sequence in await storage.SequenceQueries.ListAsync(new SequenceFilter(IsHeld: true), after: null, Keys, Stop))
                    await storage.Sequences.ResumeAsync(sequence.Key, head: null, reason: null, actor: null, Stop);
                await heads.AdvanceAsync(1_000, Stop);
            }
            while (await storage.Database.QueryAsync<bool>("SELECT EXISTS (SELECT FROM jobservice.sequences WHERE head_id IS NOT NULL) OR EXISTS (SELECT FROM jobservice.sequence_ends)"));
        }
    }

    /// <summary>Some ends say that they are of a sequence, as those of the executor do.</summary>
    private static JobTransition EndOf(Claim claim, Random random) => HowOf(claim, random) with { IsOfSequence = random.Next(2) == 0 };

    private static JobTransition HowOf(Claim claim, Random random) => random.Next(12) switch
    {
        0 => JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, Error, "attempts"),
        1 => JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, Error, TimeSpan.FromMilliseconds(random.Next(50))),
        2 => JobTransition.Snooze(claim.Id, claim.Token, TimeSpan.Zero),
        3 => JobTransition.Release(claim.Id, claim.Token),
        4 => JobTransition.Cancel(claim.Id, claim.Token, "why"),
        5 => JobTransition.Abandon(claim.Id, claim.Token),
        6 => JobTransition.Succeed(claim.Id, claim.Token, "1"u8.ToArray()),
        _ => JobTransition.Succeed(claim.Id, claim.Token, result: null),
    };
}
