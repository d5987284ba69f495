using JobService.Core.Jobs;
using JobService.TestKit;

namespace JobService.Resilience.Tests;

public sealed class WorkerDeathTests
{
    private static readonly TimeSpan NoGrace = TimeSpan.Zero;

    [Fact]
    public async Task The_jobs_of_a_killed_worker_run_again_within_20_seconds_of_its_last_beat()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var client = await ClientProcess.StartAsync(database.ConnectionString);
        var held = Enumerable.Range(0, 10).Select(_ => client.NewJob("demo.sleep", """{"duration": "3s"}""")).ToArray();
        var load = Enumerable.Range(0, 3_000).Select(i => client.NewJob("demo.echo", $"{i}")).ToArray();
        await client.Store.EnqueueAsync(held, TestContext.Current.CancellationToken);
        await client.Store.EnqueueAsync(load, TestContext.Current.CancellationToken);

        await using var killed = WorkerProcess.Start(database.ConnectionString, slots: 20, NoGrace);
        await client.WaitForAllAsync([load[100].Id]);
        await killed.KillAsync();
        await using var heir = WorkerProcess.Start(database.ConnectionString, slots: 20, NoGrace);
        await client.WaitForAllAsync(held.Concat(load).Select(job => job.Id));

        Assert.Equal(held.Length + load.Length, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 6"));
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.running_jobs"));
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs"));

        // Whatever it held is told as lost, once a job, and was taken back in time.
        Assert.InRange(await database.QueryAsync<long>("SELECT count(*) FROM jobservice.attempts WHERE failure = 3"), held.Length, 20);
        Assert.True(await database.QueryAsync<bool>(
            """
            SELECT bool_and(a.finished_at - w.beat_at < interval '20 seconds')
            FROM jobservice.attempts a JOIN jobservice.workers w ON w.id = a.worker_id WHERE a.failure = 3
            """));
        Assert.All(
            await Task.WhenAll(held.Select(job => client.FindAsync(job.Id))),
            job => Assert.Equal((JobState.Succeeded, 2, 1), (job.State, job.Attempt, job.Crashes)));
    }

    [Fact]
    public async Task A_worker_that_is_asked_to_stop_gives_back_what_it_runs_and_no_attempt_is_counted()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var client = await ClientProcess.StartAsync(database.ConnectionString);
        var endless = client.NewJob("demo.sleep", """{"duration": "1h"}""");
        var brief = client.NewJob("demo.echo", "1");
        await client.Store.EnqueueAsync([endless, brief], TestContext.Current.CancellationToken);

        await using var worker = WorkerProcess.Start(database.ConnectionString, slots: 2, NoGrace);
        await client.WaitForAllAsync([brief.Id]);
        var exitCode = await worker.StopAsync();

        var job = await client.FindAsync(endless.Id);
        Assert.Equal(0, exitCode);
        Assert.Equal((JobState.Queued, 0, 0), (job.State, job.Attempt, job.Crashes));
        Assert.Equal("stopped", await database.QueryAsync<string>("SELECT state FROM jobservice.workers"));
    }

    [Fact]
    public async Task Two_workers_share_the_work_and_no_job()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var client = await ClientProcess.StartAsync(database.ConnectionString);
        await using var first = WorkerProcess.Start(database.ConnectionString, slots: 20, NoGrace);
        await using var second = WorkerProcess.Start(database.ConnectionString, slots: 20, NoGrace);
        var begin = Enumerable.Range(0, 40).Select(_ => client.NewJob("demo.sleep", """{"duration": "1s"}""")).ToArray();
        var load = Enumerable.Range(0, 5_000).Select(i => client.NewJob("demo.echo", $"{i}")).ToArray();
        await client.Store.EnqueueAsync(begin, TestContext.Current.CancellationToken);
        await client.Store.EnqueueAsync(load, TestContext.Current.CancellationToken);
        await client.WaitForAllAsync(begin.Concat(load).Select(job => job.Id));

        Assert.Equal(begin.Length + load.Length, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 6 AND attempt = 1"));
        Assert.Equal(2, await database.QueryAsync<long>("SELECT count(DISTINCT worker_id) FROM jobservice.finished_jobs"));
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.attempts"));
    }
}
