using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Storage.Tests.Sql;
using Npgsql;

namespace JobService.Storage.Tests.Keys;

/// <summary>What wants a key at the same time.</summary>
public sealed class KeyRaceTests(TestStorage storage) : IClassFixture<TestStorage>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_retry_by_hand_and_an_enqueue_that_wait_for_one_key_do_not_both_get_it(bool isRestartFirst)
    {
        var key = $"race {isRestartFirst}";
        var first = storage.NewUniqueJob(key);
        await storage.KeyedJobs.EnqueueEachAsync([first], Stop);
        await storage.Jobs.CancelAsync(first.Id, reason: null, actor: null, Stop);
        await using var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var hold = new NpgsqlCommand(SqlFile.Of("lock_keys").Text, connection) { Parameters = { new() { Value = new[] { first.UniqueKey!.Value.Value } }, new() { Value = 60_000 } } })
            await hold.ExecuteNonQueryAsync(Stop);

        // Whoever comes first is the first in the line.
        Task<Result<JobState>>? restarting = null;
        if (isRestartFirst)
            await storage.WaitForLocksAsync(1, restarting = RestartAsync(first.Id));
        var enqueuing = storage.KeyedJobs.EnqueueEachAsync([storage.NewUniqueJob(key)], Stop);
        await storage.WaitForLocksAsync(isRestartFirst ? 2 : 1, enqueuing);
        restarting ??= RestartAsync(first.Id);
        await storage.WaitForLocksAsync(2, restarting);
        await transaction.CommitAsync(Stop);

        var enqueued = (await enqueuing)[0]!.Value.Value!;
        Assert.Equal(isRestartFirst, (await restarting).Refusal is null);
        Assert.Equal((isRestartFirst, isRestartFirst), (enqueued.IsDeduplicated, enqueued.Id == first.Id));
    }

    [Fact]
    public async Task Calls_that_have_their_keys_in_opposite_orders_do_not_wait_for_each_other_for_ever()
    {
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"order {i}")];
        var calls = Enumerable.Range(0, 30).Select(async i =>
        {
            await Task.Yield();
            return await storage.KeyedJobs.EnqueueAllAsync([.. (i % 2 == 0 ? names : names.Reverse()).Select(name => storage.NewUniqueJob(name))], Stop);
        });

        var answers = await Task.WhenAll(calls);

        Assert.Equal(names.Length, answers.SelectMany(answer => answer.Value!).Select(job => job.Id).Distinct().Count());
    }

    [Fact]
    public async Task Calls_that_supersede_many_jobs_and_workers_that_end_them_do_not_wait_for_each_other_for_ever()
    {
        var worker = await storage.RegisterWorkerAsync();
        var claimer = storage.Claimer();
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"busy {i}")];
        for (var round = 0; round < 15; round++)
        {
            await storage.KeyedJobs.EnqueueAllAsync([.. names.Select(name => storage.NewUniqueJob(name, UniqueConflict.Supersede))], Stop);
            var claims = (await claimer.ExchangeAsync([], Request(worker), Stop)).Claims;
            var superseding = storage.KeyedJobs.EnqueueAllAsync([.. names.Select(name => storage.NewUniqueJob(name, UniqueConflict.Supersede))], Stop);
            try
            {
                await claimer.ExchangeAsync([.. claims.Reverse().Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null))], request: null, Stop);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected)
            {
                // A worker sends its outcomes again.
                await claimer.ExchangeAsync([.. claims.Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null))], request: null, Stop);
            }

            Assert.Null((await superseding).Refusal);
        }
    }

    [Fact]
    public async Task However_jobs_come_run_end_and_are_retried_no_two_with_one_key_are_ever_live()
    {
        const int keys = 3;
        var ended = new TaskCompletionSource();
        var seen = new System.Collections.Concurrent.ConcurrentBag<JobId>();
        var worker = await storage.RegisterWorkerAsync();
        var workers = Enumerable.Range(0, 3).Select(_ => Task.Run(WorkAsync, Stop)).ToArray();
        var pruner = Task.Run(PruneAsync, Stop);
        var watcher = Task.Run(WatchAsync, Stop);
        await Task.WhenAll(workers);
        ended.SetResult();
        await Task.WhenAll(pruner, watcher);

        async Task WorkAsync()
        {
            var random = new Random(seen.Count);
            var claimer = storage.Claimer();
            for (var i = 0; i < 150; i++)
            {
                var name = $"storm {random.Next(keys)}";
                switch (random.Next(6))
                {
                    case 0 or 1:
                        var mode = (UniqueConflict)random.Next(4);
                        var job = storage.NewUniqueJob(name, mode) with { Delay = mode == UniqueConflict.Debounce ? TimeSpan.FromSeconds(1) : null, Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["storm"] = name } };
                        if ((await storage.KeyedJobs.EnqueueEachAsync([job], Stop))[0]!.Value.Value is { IsDeduplicated: false } made)
                            seen.Add(made.Id);
                        break;
                    case 2 when seen.ToArray() is { Length: > 0 } all:
                        await storage.Jobs.RestartAsync(all[random.Next(all.Length)], new JobRestart(), actor: null, Stop);
                        break;
                    case 3 when seen.ToArray() is { Length: > 0 } all:
                        await storage.Jobs.CancelAsync(all[random.Next(all.Length)], reason: null, actor: null, Stop);
                        break;
                    default:
                        foreach (var claim in (await claimer.ExchangeAsync([], Request(worker), Stop)).Claims)
                        {
                            var error = new AttemptError("storm.error", "It failed.");
                            await claimer.ExchangeAsync(
                                [random.Next(2) == 0 ? JobTransition.Succeed(claim.Id, claim.Token, result: null) : JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, error, TimeSpan.Zero)],
                                request: null,
                                Stop);
                        }

                        await storage.DueJobs().PromoteAsync(100, Stop);
                        break;
                }
            }
        }

        // Every key is always due to be looked at, but for those that are taken in this moment.
        async Task PruneAsync()
        {
            while (!ended.Task.IsCompleted)
            {
                await storage.Database.ExecuteAsync("UPDATE jobservice.job_keys SET review_at = '-infinity'");
                await storage.Database.ExecuteAsync(SqlFile.Of("prune_keys").Text, 100);
            }
        }

        async Task WatchAsync()
        {
            while (!ended.Task.IsCompleted)
            {
                var twins = await storage.Database.QueryAsync<string>(
                    """
                    SELECT coalesce(string_agg(tag || ' ' || n, ', '), '') FROM (
                        SELECT j.tags->>'storm' AS tag, count(*) AS n FROM jobservice.jobs j
                        WHERE j.tags ? 'storm' AND NOT EXISTS (SELECT FROM jobservice.finished_jobs f WHERE f.id = j.id)
                        GROUP BY 1 HAVING count(*) > 1) t
                    """);
                Assert.Equal("", twins);
            }
        }
    }

    private static ClaimRequest Request(Core.Leases.WorkerId worker) => new() { Worker = worker, MaxJobs = 50, Types = [JobType.Parse("demo.echo")] };

    private Task<Result<JobState>> RestartAsync(JobId id) => storage.Jobs.RestartAsync(id, new JobRestart(), actor: null, Stop);
}
