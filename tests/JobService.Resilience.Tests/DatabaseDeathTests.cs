using System.Collections.Concurrent;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Storage.Migrations;
using JobService.TestKit;
using Npgsql;

namespace JobService.Resilience.Tests;

public sealed class DatabaseDeathTests
{
    /// <param name="slots">Of the worker: with 2,000 it has two exchanges under way, as in the bench.</param>
    /// <param name="callers">How many enqueue.</param>
    /// <param name="atOnce">How many jobs each has under way: 2,000 of all of them keep two flushers at work.</param>
    [Theory]
    [InlineData(20, 64, 1)]
    [InlineData(2_000, 4, 500)]
    public async Task Nothing_that_was_acknowledged_is_lost_when_PostgreSQL_crashes_under_load(int slots, int callers, int atOnce)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = await PostgresServer.StartAsync(isDurable: true);
        await DatabaseMigrator.MigrateAsync(server.ConnectionString, TimeProvider.System, cancellation);
        await using var client = await ClientProcess.StartAsync(server.ConnectionString);
        await using var worker = WorkerProcess.Start(server.ConnectionString, slots, TimeSpan.Zero);

        var acknowledged = new ConcurrentQueue<JobId>();
        var refused = new ConcurrentQueue<Refusal>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var calling = Enumerable.Range(0, callers).Select(_ => EnqueueUntilAsync(client, atOnce, acknowledged, refused, enough.Token)).ToArray();

        // Crash twice while callers and worker are busy, and see that both go on by themselves.
        for (var crash = 0; crash < 2; crash++)
        {
            await client.WaitForAllAsync([await NextAcknowledgedAsync(acknowledged, client)]);
            await server.CrashAsync();
            await server.StartAgainAsync();
            await client.WaitForAllAsync([await NextAcknowledgedAsync(acknowledged, client)]);
        }

        await enough.CancelAsync();
        await Task.WhenAll(calling);
        await client.WaitForAllAsync(acknowledged);

        Assert.NotEmpty(acknowledged);
        Assert.All(refused, refusal => Assert.IsType<Refusal.Unavailable>(refusal));
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await using var count = database.CreateCommand("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 6 AND id = ANY ($1)");
        count.Parameters.Add(new NpgsqlParameter { Value = acknowledged.Select(id => id.Value).ToArray() });
        Assert.Equal((long)acknowledged.Count, await count.ExecuteScalarAsync(cancellation));
    }

    /// <summary>Enqueues so many jobs and then again, each time once those before have ended: as many are under way as there may be, however slow the machine.</summary>
    private static async Task EnqueueUntilAsync(
        ClientProcess client, int atOnce, ConcurrentQueue<JobId> acknowledged, ConcurrentQueue<Refusal> refused, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => client.Enqueuer.EnqueueAsync(client.NewJob("demo.echo", "1"))));
            var taken = new List<JobId>(atOnce);
            foreach (var answer in answers)
            {
                if (answer.IsRefused(out var refusal, out var job))
                    refused.Enqueue(refusal);
                else
                    taken.Add(job.Id);
            }

            taken.ForEach(acknowledged.Enqueue);
            await client.WaitForAllAsync(taken);
        }
    }

    /// <summary>Enqueues until one more is acknowledged, as a caller does who is told to try again.</summary>
    private static async Task<JobId> NextAcknowledgedAsync(ConcurrentQueue<JobId> acknowledged, ClientProcess client)
    {
        while (true)
        {
            var answer = await client.Enqueuer.EnqueueAsync(client.NewJob("demo.echo", "2"));
            if (answer.IsRefused(out _, out var job))
                continue;
            acknowledged.Enqueue(job.Id);
            return job.Id;
        }
    }
}
