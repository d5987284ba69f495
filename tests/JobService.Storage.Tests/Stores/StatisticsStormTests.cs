using System.Collections.Concurrent;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>Everything at once, sessions that are killed in between, and several who fold and count: the statistics are what can be counted.</summary>
public sealed class StatisticsStormTests
{
    private const int Rounds = 80;
    private const int Kills = 40;

    private static readonly QueueName[] Queues = [QueueName.Default, QueueName.Parse("side")];
    private static readonly AttemptError Error = new("demo.failed", "It failed.");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_dies_and_whoever_folds_depths_and_counts_are_right()
    {
        await using var storage = await TestStorage.CreateAsync();
        var ids = new ConcurrentBag<JobId>();
        var (failures, wrong) = (0, 0);
        var workers = new[] { await storage.RegisterWorkerAsync(), await storage.RegisterWorkerAsync() };

        var movers = Task.WhenAll(
        [
            .. Enumerable.Range(1, 2).Select(seed => RoundsAsync(new Random(seed), EnqueueAsync)),
            .. workers.Select((worker, i) => RoundsAsync(new Random(10 + i), Work(storage.Claimer(), worker))),
            RoundsAsync(new Random(20), SteerAsync),
        ]);
        await Task.WhenAll(
        [
            movers,
            .. Enumerable.Range(0, 3).Select(_ => UntilMovedAsync(storage.Statistics().FoldAsync)),
            UntilMovedAsync(async (_, cancellation) => Interlocked.Add(ref wrong, await storage.Statistics().CountAsync(TimeSpan.Zero, cancellation))),
            KillAsync(),
        ]);

        var statistics = storage.Statistics();
        while (await statistics.FoldAsync(1_000, Stop) > 0)
        {
        }

        // A count that had to correct something would hide that it was wrong.
        Assert.Equal(0, wrong);
        Assert.Equal(0, await statistics.CountAsync(TimeSpan.Zero, Stop));
        Assert.Equal(0, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.stat_deltas"));
        Assert.Equal(await CountedAsync(), await ToldAsync());
        Assert.Equal(
            await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs"),
            await storage.Database.QueryAsync<long>("SELECT sum(succeeded + failed + cancelled)::bigint - (SELECT count(*) FROM jobservice.job_events WHERE kind = 'restarted') FROM jobservice.stat_minutes"));
        Assert.InRange(failures, 1, int.MaxValue);

        async Task RoundsAsync(Random random, Func<Random, Task> round)
        {
            for (var i = 0; i < Rounds; i++)
                await TryAsync(() => round(random));
        }

        async Task UntilMovedAsync(Func<int, CancellationToken, Task<int>> round)
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

        async Task EnqueueAsync(Random random)
        {
            var jobs = Enumerable.Range(0, random.Next(1, 6)).Select(_ => storage.NewJob() with
            {
                Queue = Queues[random.Next(2)],
                Delay = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(2_000)) : null,
            }).ToArray();
            foreach (var job in jobs)
                ids.Add(job.Id);
            await storage.EnqueueAsync(jobs);
        }

        Func<Random, Task> Work(IClaimStore claims, Core.Leases.WorkerId worker) => async random =>
        {
            var request = new ClaimRequest { Worker = worker, MaxJobs = random.Next(1, 8), Types = [JobType.Parse("demo.echo")] };
            var taken = (await claims.ExchangeAsync([], request, Stop)).Claims;
            await claims.ExchangeAsync([.. taken.Select(claim => random.Next(6) switch
            {
                0 => JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, Error, TimeSpan.Zero),
                1 => JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, Error, "attempts"),
                2 => JobTransition.Release(claim.Id, claim.Token),
                3 => JobTransition.Snooze(claim.Id, claim.Token, TimeSpan.FromSeconds(1)),
                _ => JobTransition.Succeed(claim.Id, claim.Token, result: null),
            })], request: null, Stop);
            if (random.Next(10) == 0)
                await claims.DisownAsync(worker, [], Stop);
        };

        async Task SteerAsync(Random random)
        {
            await storage.DueJobs().PromoteAsync(20, Stop);
            if (ids.IsEmpty)
                return;
            var id = ids.ElementAt(random.Next(ids.Count));
            await (random.Next(3) switch
            {
                0 => storage.Jobs.CancelAsync(id, reason: null, actor: null, Stop),
                1 => storage.Jobs.RestartAsync(id, new JobRestart(), actor: null, Stop),
                _ => (Task)storage.Jobs.EditAsync(id, new JobEdit { Queue = Queues[random.Next(2)] }, actor: null, Stop),
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
                        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'JobService' AND state = 'active' ORDER BY random() LIMIT 1) one
                    """);
            }
        }

        Task<string> CountedAsync() => storage.Database.QueryAsync<string>(
            """
            SELECT string_agg(format('%s %s %s', q.name, state, jobs), ', ' ORDER BY q.name, state)
            FROM (SELECT queue_id, 3 AS state, count(*) AS jobs FROM jobservice.ready_jobs GROUP BY 1
                  UNION ALL SELECT queue_id, state, count(*) FROM jobservice.scheduled_jobs GROUP BY 1, 2
                  UNION ALL SELECT queue_id, 4, count(*) FROM jobservice.running_jobs GROUP BY 1
                  UNION ALL SELECT queue_id, 1, count(*) FROM jobservice.blocked_jobs GROUP BY 1) c
            JOIN jobservice.queues q ON q.id = c.queue_id
            """);

        async Task<string> ToldAsync() => string.Join(", ", (await storage.QueueQueries.DepthsAsync(Stop))
            .OrderBy(queue => queue.Key.Name, StringComparer.Ordinal)
            .SelectMany(queue => new (int State, long Jobs)[] { (1, queue.Value.Blocked), (2, queue.Value.Scheduled), (3, queue.Value.Queued), (4, queue.Value.Running), (5, queue.Value.Retrying) }
                .Where(state => state.Jobs > 0)
                .Select(state => $"{queue.Key} {state.State} {state.Jobs}")));
    }
}
