using JobService.Core.Jobs;
using JobService.Core.Storage.Migrations;
using JobService.TestKit;
using Npgsql;

namespace JobService.Resilience.Tests;

public sealed class DatabaseHangTests
{
    [Fact]
    public async Task Nobody_is_convicted_when_PostgreSQL_stood_still_for_longer_than_a_lease()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = await PostgresServer.StartAsync();
        await DatabaseMigrator.MigrateAsync(server.ConnectionString, TimeProvider.System, cancellation);
        await using var client = await ClientProcess.StartAsync(server.ConnectionString);
        await using var recorder = await RunRecorder.StartAsync(holds: run => run == 1);
        await using var first = WorkerProcess.Start(server.ConnectionString, slots: 2, TimeSpan.Zero);
        await using var second = WorkerProcess.Start(server.ConnectionString, slots: 2, TimeSpan.Zero);
        var held = Enumerable.Range(0, 4).Select(_ => recorder.NewJob(client)).ToArray();
        await client.Store.EnqueueAsync(held, cancellation);
        await recorder.WaitForRunsAsync(held.Length);

        // Each worker gives its lease up 3 s before it ends, so another 5 s later it is over; what it asked before is still on the way.
        await server.FreezeAsync();
        await first.WaitForAsync("lost its lease");
        await second.WaitForAsync("lost its lease");
        await CallInVainAsync(server, TimeSpan.FromSeconds(5));
        await server.ThawAsync();
        await client.WaitForAllAsync(held.Select(job => job.Id));

        Assert.All(
            await Task.WhenAll(held.Select(job => client.FindAsync(job.Id))),
            job => Assert.Equal((JobState.Succeeded, 1, 0, 2), (job.State, job.Attempt, job.Crashes, recorder.RunsOf(job.Id))));
    }

    private static async Task CallInVainAsync(PostgresServer server, TimeSpan patience)
    {
        var address = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false, Timeout = (int)patience.TotalSeconds };
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        var refused = await Assert.ThrowsAsync<NpgsqlException>(() => connection.OpenAsync(TestContext.Current.CancellationToken));
        Assert.IsType<TimeoutException>(refused.InnerException);
    }
}
