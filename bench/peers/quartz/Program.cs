// Quartz.NET on PostgreSQL, set up as its documentation says (quartz-scheduler.net, 4.x, and the package's doc comments):
// - A persistent store that is clustered, as for several nodes ("Clustering"). On one node it drains no faster without.
// - MaxBatchSize stays automatic, the size of the thread pool, which its doc comment recommends for a database; the window stays 0,
//   since whatever waits here is due. With batches of 1 a drain took nearly twice the CPU time.
// - MaxConcurrency 40: of 10, 20, 40, 64 and 80 on 2 cores none drained clearly faster than 40.
// - LockOnInsert off: "a significant performance increase during the addition of new jobs and triggers".
// - LockFreeFiringRounds stays on, the default since 4.6.
// - One job is one trigger that fires once, of one durable job, as ScheduleJob<TJob, TInput> makes it; Quartz
//   deletes it when it has run. UseExecutionHistory, which would keep a row, stays off, as by default.
// - MisfireThreshold 1 h: a backlog older than the default minute would be rescheduled in passes of 20 instead of only being run.
using System.Diagnostics;
using Npgsql;
using Quartz;

return await Peer.Run(args, Prepare, Fill, Drain, Latency);

async Task<IScheduler> Build() => await QuartzSchedulerBuilder.Create(quartz => quartz
    .ConfigureScheduler(options => options.InstanceName = "bench")
    .UseDefaultThreadPool(maxConcurrency: 40)
    .UsePersistentStore(store =>
    {
        store.UsePostgres(NpgsqlFactory.Instance, Peer.ConnectionString);
        store.UseClustering();
        store.ConfigureStore(options =>
        {
            options.LockOnInsert = false;
            options.MisfireThreshold = TimeSpan.FromHours(1);
        });
        if (args is ["prepare"])
            store.ProvisionSchema();
    })).BuildScheduler();

async Task Prepare()
{
    // The schema is created on the way up.
    var scheduler = await Build();
    await scheduler.Start();
    await scheduler.Shutdown(waitForJobsToComplete: true);
}

async Task<double> Fill(int jobs)
{
    const int batch = 500;
    var scheduler = await Build();
    var job = JobBuilder.Create<Noop>().WithIdentity("noop").StoreDurably().Build();
    await scheduler.AddJob(job, new AddJobOptions { Replace = true });

    var clock = Stopwatch.StartNew();
    await Parallel.ForAsync(0, (jobs + batch - 1) / batch, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, stop) =>
    {
        ITrigger[] triggers = [.. Enumerable.Range(0, Math.Min(batch, jobs - i * batch)).Select(_ =>
            TriggerBuilder.Create<Noop>().ForJob(job).UsingInput(Peer.Payload).StartNow().Build())];
        // Replacing is for the durable job, which every batch names; the triggers' names are their own.
        await scheduler.ScheduleJobs(
            new Dictionary<IJobDetail, IReadOnlyCollection<ITrigger>> { [job] = triggers }, ScheduleJobOptions.Replacing, stop);
    });
    var seconds = clock.Elapsed.TotalSeconds;

    await scheduler.Shutdown(waitForJobsToComplete: true);
    return seconds;
}

async Task<double> Drain(int jobs)
{
    await using var watch = new NpgsqlConnection(Peer.ConnectionString);
    await watch.OpenAsync();
    Task<long> Triggers() => watch.Count("SELECT count(*) FROM qrtz_triggers");
    Task<long> Fired() => watch.Count("SELECT count(*) FROM qrtz_fired_triggers");
    Peer.Require(await Triggers() == jobs, $"It is not {jobs} jobs that wait.");

    var scheduler = await Build();
    await scheduler.Start();
    await Peer.WaitFor(() => Task.FromResult(Noted.Ran >= jobs), () => Noted.Ran);
    // A completion deletes the row of its firing: none left is the end.
    await Peer.WaitFor(async () => await Fired() == 0, () => 0);
    var seconds = Noted.SinceFirst.TotalSeconds;

    await scheduler.Shutdown(waitForJobsToComplete: true);
    var left = await Triggers();
    Peer.Require(Noted.Ran == jobs && left == 0, $"{Noted.Ran} ran and {left} are left, of {jobs}.");
    return seconds;
}

async Task<double[]> Latency(int jobs)
{
    var scheduler = await Build();
    await scheduler.Start();
    var ms = await Noted.Latency(jobs, async () => await scheduler.ScheduleJob<Noop, Payload>(Peer.Payload, TimeSpan.Zero));
    await scheduler.Shutdown(waitForJobsToComplete: true);
    return ms;
}

public sealed class Noop : IJob<Payload>
{
    public ValueTask Execute(IJobExecutionContext context, Payload input, CancellationToken cancellationToken = default)
    {
        Noted.Start();
        return default;
    }
}
