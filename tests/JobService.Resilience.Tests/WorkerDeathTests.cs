using JobService.Core.Jobs;
using JobService.TestKit;

namespace JobService.Resilience.Tests;

public sealed class WorkerDeathTests
{
    private const string Registered = "runs up to";
    private static readonly TimeSpan NoGrace = TimeSpan.Zero;

    [Fact]
    public async Task The_jobs_of_a_killed_worker_run_again_within_20_seconds_of_its_last_beat()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var client = await ClientProcess.StartAsync(database.ConnectionString);
        await using var recorder = await RunRecorder.StartAsync(holds: run => run == 1);
        await using var killed = WorkerProcess.Start(database.ConnectionString, slots: 20, NoGrace);
        await killed.WaitForAsync(Registered);
        var held = Enumerable.Range(0, 10).Select(_ => recorder.NewJob(client)).ToArray();
        var load = Enumerable.Range(0, 3_000).Select(i => client.NewJob("demo.echo", $"{i}")).ToArray();
        await client.Store.EnqueueAsync(held, TestContext.Current.CancellationToken);
        await client.Store.EnqueueAsync(load, TestContext.Current.CancellationToken);

        await recorder.WaitForRunsAsync(held.Length);
        await client.WaitForAllAsync([load[100].Id]);
        await killed.KillAsync();
        await using var heir = WorkerProcess.Start(database.ConnectionString, slots: 20, NoGrace);
        await client.WaitForAllAsync(held.Concat(load).Select(job => job.Id));

        Assert.Equal(held.Length + load.Length, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 6"));
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.running_jobs"));
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs"));

        // Whatever it held is told as lost, once a job, and had begun again in time.
        Assert.Equal(
            await database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs WHERE attempt = 2"),
            await database.QueryAsync<long>("SELECT count(*) FROM jobservice.attempts WHERE failure = 3 AND attempt = 1"));
        Assert.True(await database.QueryAsync<bool>(
            """
            SELECT bool_and(f.started_at - w.beat_at < interval '20 seconds')
            FROM jobservice.attempts a
            JOIN jobservice.workers w ON w.id = a.worker_id
            JOIN jobservice.finished_jobs f ON f.id = a.id AND f.attempt = a.attempt + 1
            WHERE a.failure = 3
            """));
        Assert.All(
            await Task.WhenAll(held.Select(job => client.FindAsync(job.Id))),
            job => Assert.Equal((JobState.Succeeded, 2, 1, 2), (job.State, job.Attempt, job.Crashes, recorder.RunsOf(job.Id))));
    }

    /// <summary>With as many slots it has two exchanges under way, as in the bench: what either had claimed or ended is lost with it, or was durable.</summary>
    [Fact]
    public async Task A_worker_killed_at_full_speed_takes_no_job_with_it_and_ends_none_twice()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var client = await ClientProcess.StartAsync(database.ConnectionString);
        var load = Enumerable.Range(0, 20_000).Select(i => client.NewJob("demo.echo", $"{i}")).ToArray();
        foreach (var jobs in load.Chunk(5_000))
            await client.Store.EnqueueAsync(jobs, TestContext.Current.CancellationToken);

        for (var kills = 1; kills <= 3; kills++)
        {
            await using var killed = WorkerProcess.Start(database.ConnectionString, slots: 2_000, NoGrace);
            await client.WaitForAllAsync([load[kills * 3_000].Id]);
            await killed.KillAsync();
        }

        await using var heir = WorkerProcess.Start(database.ConnectionString, slots: 2_000, NoGrace);
        await client.WaitForAllAsync(load.Select(job => job.Id));

        Assert.Equal(load.Length, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 6"));
        Assert.Equal(0, await database.QueryAsync<long>("SELECT (SELECT count(*) FROM jobservice.running_jobs) + (SELECT count(*) FROM jobservice.ready_jobs)"));

        // Whatever was running when its worker died is told as lost, once for each run beyond the first.
        Assert.Equal(
            await database.QueryAsync<long>("SELECT sum(attempt - 1)::bigint FROM jobservice.finished_jobs"),
            await database.QueryAsync<long>("SELECT count(*) FROM jobservice.attempts WHERE failure = 3"));
        Assert.NotEqual(0, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.attempts"));
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
        await using var recorder = await RunRecorder.StartAsync(holds: _ => true);
        await using var first = WorkerProcess.Start(database.ConnectionString, slots: 20, NoGrace);
        await using var second = WorkerProcess.Start(database.ConnectionString, slots: 20, NoGrace);
        await first.WaitForAsync(Registered);
        await second.WaitForAsync(Registered);

        // As many at once as the two have slots, and behind them more than either has.
        var begin = Enumerable.Range(0, 40).Select(_ => recorder.NewJob(client)).ToArray();
        var recorded = Enumerable.Range(0, 400).Select(_ => recorder.NewJob(client)).ToArray();
        var load = Enumerable.Range(0, 5_000).Select(i => client.NewJob("demo.echo", $"{i}")).ToArray();
        foreach (var jobs in (NewJob[][])[begin, recorded, load])
            await client.Store.EnqueueAsync(jobs, TestContext.Current.CancellationToken);
        await recorder.WaitForRunsAsync(begin.Length);
        recorder.Release();
        NewJob[] all = [.. begin, .. recorded, .. load];
        await client.WaitForAllAsync(all.Select(job => job.Id));

        Assert.Equal(all.Length, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 6 AND attempt = 1"));
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.attempts"));
        Assert.All(begin.Concat(recorded), job => Assert.Equal(1, recorder.RunsOf(job.Id)));
        Assert.Equal(
            "20 20",
            await database.QueryAsync<string>(
                """
                SELECT string_agg(jobs::text, ' ')
                FROM (SELECT count(*) AS jobs FROM jobservice.finished_jobs WHERE id = ANY ($1) GROUP BY worker_id) shares
                """,
                begin.Select(job => job.Id.Value).ToArray()));
    }
}
