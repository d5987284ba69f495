// Hangfire on PostgreSQL, set up as its documentation says:
// - WorkerCount: docs.hangfire.io, "Configuring the Degree of Parallelism". The default is 5 a core; of 10, 20, 40, 60 and 80 on
//   2 cores 40 drained fastest.
// - Version_180, the simple type names and the recommended serializer settings: docs.hangfire.io, "Upgrading to Hangfire 1.7" and "1.8".
// - UseSlidingInvisibilityTimeout: Hangfire.PostgreSql's doc comment on it, which pairs it with a short InvisibilityTimeout.
// - EnableLongPolling (LISTEN/NOTIFY, hangfire-postgres/Hangfire.PostgreSql#289) stays off: within one process an enqueue wakes the
//   workers without it, and it opens a listening connection for every fetch of every worker; drain and latency were slower with it.
// - QueuePollInterval stays at its 15 s for the same reason: 40 workers polling every 50 ms made the idle start slower, not faster.
// Hangfire keeps a finished job and its states for a day, as it does by default.
using System.Diagnostics;
using Hangfire;
using Hangfire.PostgreSql;
using Npgsql;

return await Peer.Run(args, Prepare, Fill, Drain, Latency);

void Configure() => GlobalConfiguration.Configuration
    .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
    .UseSimpleAssemblyNameTypeSerializer()
    .UseRecommendedSerializerSettings()
    .UsePostgreSqlStorage(connection => connection.UseNpgsqlConnection(Peer.ConnectionString), new PostgreSqlStorageOptions
    {
        PrepareSchemaIfNecessary = args is ["prepare"],
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromMinutes(5),
    });

BackgroundJobServer Start() => new(new BackgroundJobServerOptions { WorkerCount = 40 });

void Enqueue() => BackgroundJob.Enqueue(() => Handlers.Noop(Peer.Payload));

Task Prepare()
{
    Configure();
    return Task.CompletedTask;
}

Task<double> Fill(int jobs)
{
    Configure();
    var clock = Stopwatch.StartNew();
    // One job a call: creating in batches is not in the free packages.
    Parallel.For(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => Enqueue());
    return Task.FromResult(clock.Elapsed.TotalSeconds);
}

async Task<double> Drain(int jobs)
{
    Configure();
    await using var watch = new NpgsqlConnection(Peer.ConnectionString);
    await watch.OpenAsync();
    Task<long> Waiting() => watch.Count("SELECT count(*) FROM hangfire.jobqueue");
    Task<long> Succeeded() => watch.Count("SELECT count(*) FROM hangfire.job WHERE statename = 'Succeeded'");
    Peer.Require(await Waiting() == jobs, $"It is not {jobs} jobs that wait.");
    var before = await Succeeded();

    using var server = Start();
    await Peer.WaitFor(() => Task.FromResult(Noted.Ran >= jobs), () => Noted.Ran);
    // A worker takes a job out of the queue once the job's last state is committed: an empty queue is the end.
    await Peer.WaitFor(async () => await Waiting() == 0, () => 0);
    var seconds = Noted.SinceFirst.TotalSeconds;

    var succeeded = await Succeeded() - before;
    Peer.Require(Noted.Ran == jobs && succeeded == jobs, $"{Noted.Ran} ran and {succeeded} succeeded, of {jobs}.");
    return seconds;
}

async Task<double[]> Latency(int jobs)
{
    Configure();
    using var server = Start();
    return await Noted.Latency(jobs, () =>
    {
        Enqueue();
        return Task.CompletedTask;
    });
}

public static class Handlers
{
    public static void Noop(Payload payload) => Noted.Start();
}
