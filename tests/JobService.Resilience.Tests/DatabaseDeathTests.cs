using System.Collections.Concurrent;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Storage.Migrations;
using JobService.TestKit;
using Npgsql;

namespace JobService.Resilience.Tests;

public sealed class DatabaseDeathTests
{
    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_when_PostgreSQL_crashes_under_load()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = await PostgresServer.StartAsync(isDurable: true);
        await DatabaseMigrator.MigrateAsync(server.ConnectionString, TimeProvider.System, cancellation);
        await using var client = await ClientProcess.StartAsync(server.ConnectionString);
        await using var worker = WorkerProcess.Start(server.ConnectionString, slots: 20, TimeSpan.Zero);

        var acknowledged = new ConcurrentQueue<JobId>();
        var refused = new ConcurrentQueue<Refusal>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var callers = Enumerable.Range(0, 64).Select(_ => EnqueueUntilAsync(client, acknowledged, refused, enough.Token)).ToArray();

        // Crash twice while callers and worker are busy, and see that both go on by themselves.
        for (var crash = 0; crash < 2; crash++)
        {
            await client.WaitForAllAsync([await NextAcknowledgedAsync(acknowledged, client)]);
            await server.CrashAsync();
            await server.StartAgainAsync();
            await client.WaitForAllAsync([await NextAcknowledgedAsync(acknowledged, client)]);
        }

        await enough.CancelAsync();
        await Task.WhenAll(callers);
        await client.WaitForAllAsync(acknowledged);

        Assert.NotEmpty(acknowledged);
        Assert.All(refused, refusal => Assert.IsType<Refusal.Unavailable>(refusal));
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await using var count = database.CreateCommand("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 6 AND id = ANY ($1)");
        count.Parameters.Add(new NpgsqlParameter { Value = acknowledged.Select(id => id.Value).ToArray() });
        Assert.Equal((long)acknowledged.Count, await count.ExecuteScalarAsync(cancellation));
    }

    /// <summary>Enqueues one job after the other, each once the one before has ended: as many are under way as there are callers, however slow the machine.</summary>
    private static async Task EnqueueUntilAsync(
        ClientProcess client, ConcurrentQueue<JobId> acknowledged, ConcurrentQueue<Refusal> refused, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var answer = await client.Enqueuer.EnqueueAsync(client.NewJob("demo.echo", "1"));
            if (answer.IsRefused(out var refusal, out var job))
            {
                refused.Enqueue(refusal);
                continue;
            }

            acknowledged.Enqueue(job.Id);
            await client.WaitForAllAsync([job.Id]);
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
