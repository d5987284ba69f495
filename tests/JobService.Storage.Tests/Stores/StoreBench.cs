using System.Text;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Storage;
using JobService.Core.Storage.Stores;
using JobService.TestKit;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>One worker's stores on a database of its own, and the few steps of a job's life that a test needs to get somewhere.</summary>
internal sealed class StoreBench : IAsyncDisposable
{
    public static readonly JobType Type = JobType.Parse("report.build");
    private static readonly WorkerRegistration Registration = new()
    {
        Name = "tester",
        Host = "here",
        Version = "1",
        ProcessId = 1,
        Slots = 5,
        Queues = ["*"],
        Types = [Type.Name],
    };

    private readonly NpgsqlDataSource hot;

    private StoreBench(TestDatabase database)
    {
        var names = new ServerNames();
        Database = database;
        hot = PostgresDatabase.CreateHot(database.ConnectionString, names);
        Jobs = new PostgresJobStore(hot, names);
        Claims = new PostgresClaimStore(hot, names, TimeProvider.System);
        Leases = new PostgresLeaseStore(hot);
        Due = new PostgresDueJobsStore(hot, TimeProvider.System);
    }

    public TestDatabase Database { get; }

    public PostgresJobStore Jobs { get; }

    public PostgresClaimStore Claims { get; }

    public PostgresLeaseStore Leases { get; }

    public PostgresDueJobsStore Due { get; }

    public WorkerId Worker { get; private set; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<StoreBench> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        var bench = new StoreBench(database);
        bench.Worker = await bench.Leases.RegisterAsync(Registration, TimeSpan.FromHours(1), Stop);
        return bench;
    }

    public async Task<JobId> EnqueueAsync(Func<NewJob, NewJob>? with = null)
    {
        var job = new NewJob { Id = new JobIdSequence(TimeProvider.System).Next(), Type = Type, Payload = Encoding.UTF8.GetBytes("{}") };
        await Jobs.EnqueueAsync([with is null ? job : with(job)], Stop);
        return job.Id;
    }

    public async Task<Claim> ClaimAsync() => Assert.Single((await ExchangeAsync()).Claims);

    public Task<Exchange> ExchangeAsync(params JobTransition[] transitions) =>
        Claims.ExchangeAsync(transitions, new ClaimRequest { Worker = Worker, MaxJobs = 5, Types = [Type] }, Stop);

    /// <summary>Waits until so many calls wait for a lock, unless what makes them has ended by then.</summary>
    public async Task WaitUntilAsync(int waiting, Task calls)
    {
        while (!calls.IsCompleted && await Database.QueryAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") < waiting)
        {
            await Task.Yield();
        }
    }

    /// <summary>Where the job stands.</summary>
    public Task<string> StateAsync(JobId id) => Database.QueryAsync<string>(
        """
        SELECT coalesce(CASE finished_state WHEN 6 THEN 'succeeded' WHEN 7 THEN 'failed' WHEN 8 THEN 'cancelled' END || ' ' || coalesce(reason, ''),
                        CASE WHEN running_id IS NOT NULL THEN 'running' END, CASE scheduled_state WHEN 2 THEN 'scheduled' WHEN 5 THEN 'retrying' END, 'queued')
        FROM jobservice.job_views WHERE id = $1
        """,
        id.Value);

    public async ValueTask DisposeAsync()
    {
        await hot.DisposeAsync();
        await Database.DisposeAsync();
    }
}
