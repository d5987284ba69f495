using JobService.Core.BulkActions;
using JobService.Core.Claiming;
using JobService.Core.Enqueueing;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Schedules;
using JobService.Core.Sequences;
using JobService.Core.Signals;
using JobService.Core.Storage;
using JobService.Core.Storage.Reading;
using JobService.Core.Storage.Signals;
using JobService.Core.Storage.Stores;
using JobService.Storage.Tests.Stores;
using JobService.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace JobService.Storage.Tests;

/// <summary>The stores on a database of a test class's own, wired as the service wires them.</summary>
public sealed class TestStorage : IAsyncLifetime
{
    private readonly JobIdSequence ids = new(TimeProvider.System);
    private NpgsqlDataSource? hot;
    private SignalHub? signals;
    private JobRouter? router;

    public TestDatabase Database { get; } = new();

    internal NpgsqlDataSource Hot => hot ?? throw NotInitialized();

    internal ServerNames Names { get; } = new();

    internal IJobStore Jobs => new PostgresJobStore(Hot, Names);

    internal ILimitStore Limits => new PostgresLimitStore(Hot);

    internal ISequenceStore Sequences => new PostgresSequenceStore(Hot);

    internal ISequenceQueries SequenceQueries => new PostgresSequenceQueries(Hot);

    internal IKeyedJobStore KeyedJobs => new PostgresKeyedJobStore(Hot, Names);

    internal ILeaseStore Leases => new PostgresLeaseStore(Hot);

    internal PostgresRetentionStore Retention => new(Hot, NullLogger<PostgresRetentionStore>.Instance);

    internal PostgresSearchIndexStore SearchIndexes => new(Hot);

    internal IBulkActionStore BulkActions => new PostgresBulkActionStore(Hot, Names, ids);

    internal IQueueStore Queues => new PostgresQueueStore(Hot, TimeProvider.System);

    internal IScheduleStore Schedules => new ScheduleStores(Hot, Names).Store;

    internal IDueSchedulesStore DueSchedules => new ScheduleStores(Hot, Names).Due;

    internal IScheduleQueries ScheduleQueries => new PostgresScheduleQueries(Hot);

    internal IQueueQueries QueueQueries => new PostgresQueueQueries(Contexts());

    internal IJobQueries Queries => new PostgresJobQueries(Contexts(), Hot, TimeProvider.System);

    /// <summary>Knows nothing before it is told to look.</summary>
    internal JobRouter Router => router ?? throw NotInitialized();

    public static async Task<TestStorage> CreateAsync()
    {
        var storage = new TestStorage();
        await storage.InitializeAsync();
        return storage;
    }

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        hot = PostgresDatabase.CreateHot(Database.ConnectionString, Names);
        signals = new SignalHub(new PostgresSignalLine(hot), TimeProvider.System, NullLogger<SignalHub>.Instance);
        router = new JobRouter(new PostgresRoutingQueries(Contexts(), hot), new PostgresJobTypeQueries(Contexts(), hot), signals, NullLogger<JobRouter>.Instance);
    }

    /// <summary>A claimer with cursors of its own, as each worker process has one.</summary>
    internal PostgresClaimStore Claimer(TimeProvider? clock = null) => new(Hot, Names, clock ?? TimeProvider.System);

    /// <summary>Does bulk actions, as each worker process has one.</summary>
    internal PostgresBulkStepStore BulkSteps(NpgsqlDataSource? database = null, TimeProvider? clock = null) => new(database ?? Hot, Contexts(), Names, ids, clock ?? TimeProvider.System);

    internal PostgresDueJobsStore DueJobs(TimeProvider? clock = null) => new(Hot, clock ?? TimeProvider.System);

    internal PostgresEndedHeadsStore EndedHeads(TimeProvider? clock = null) => new(Hot, clock ?? TimeProvider.System);

    /// <summary>Folds from the first note on at first, and then each minute of this clock.</summary>
    internal PostgresQueueStatisticsStore Statistics(TimeProvider? clock = null) => new(Hot, clock ?? TimeProvider.System);

    internal Task<WorkerId> RegisterWorkerAsync(TimeSpan? lease = null) => Leases.RegisterAsync(
        new WorkerRegistration { Name = "test:1", Host = "test", Version = "0", ProcessId = 1, Slots = 10, Queues = ["*"], Types = ["demo.echo"] },
        lease ?? TimeSpan.FromHours(1),
        TestContext.Current.CancellationToken);

    internal NewJob NewJob(string payload = "1", string type = "demo.echo") => new()
    {
        Id = ids.Next(),
        Type = JobType.Parse(type),
        Payload = System.Text.Encoding.UTF8.GetBytes(payload),
    };

    /// <summary>A job with a unique key.</summary>
    internal NewJob NewUniqueJob(string key, UniqueConflict mode = UniqueConflict.Return, UniqueScope scope = UniqueScope.UntilFinished, string payload = "1") => NewJob(payload) with
    {
        UniqueKey = KeyHash.OfUnique(key),
        Policies = new JobPolicies
        {
            Unique = new UniquePolicy { Key = key, OnConflict = mode, Scope = scope, Window = scope == UniqueScope.Window ? TimeSpan.FromHours(1) : null },
        },
    };

    /// <summary>A job of a sequence.</summary>
    internal NewJob NewSequenceJob(string key = "order-1", SequenceFailure onFailure = SequenceFailure.Block, string payload = "1") => NewJob(payload) with
    {
        Policies = new JobPolicies { Sequence = new SequencePolicy(SequenceKey.Parse(key), onFailure) },
    };

    /// <summary>A job whose id says that it was made that long ago.</summary>
    internal NewJob NewJobOf(TimeSpan ago) => NewJob() with { Id = new JobId(Guid.CreateVersion7(TimeProvider.System.GetUtcNow() - ago)) };

    internal async Task<IReadOnlyList<JobId>> EnqueueAsync(params NewJob[] jobs)
    {
        var stop = TestContext.Current.CancellationToken;
        var enqueued = jobs.Any(job => job.NeedsLocks) ? (await KeyedJobs.EnqueueAllAsync(jobs, stop)).Value! : await Jobs.EnqueueAsync(jobs, stop);
        return [.. enqueued.Select(job => job.Id)];
    }

    /// <summary>As a claim loop of a new worker does it, which learns of jobs in lanes of limits in one exchange and claims them in the next.</summary>
    internal async Task<IReadOnlyList<Claim>> ClaimAllAsync(int slots = 10)
    {
        var (claimer, request) = (Claimer(), new ClaimRequest { Worker = await RegisterWorkerAsync(), MaxJobs = slots, Types = [JobType.Parse("demo.echo")] });
        var claims = new List<Claim>();
        Exchange exchange;
        do
        {
            exchange = await claimer.ExchangeAsync([], request with { MaxJobs = slots - claims.Count }, TestContext.Current.CancellationToken);
            claims.AddRange(exchange.Claims);
        }
        while (exchange.Outlook.IsMoreReady && claims.Count < slots);
        return claims;
    }

    /// <summary>Until so many in this database wait for locks, or the task has ended that was to be one of them, with whatever it ended with.</summary>
    internal async Task WaitForLocksAsync(int count, Task task)
    {
        while (await Database.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") < count)
        {
            if (task.IsCompleted)
            {
                await task;
                return;
            }
        }
    }

    /// <summary>Makes the partitions of days around today, by their distance.</summary>
    internal async Task MakeDaysAsync(params int[] distances)
    {
        foreach (var distance in distances)
            await Database.ExecuteAsync("SELECT jobservice.create_partitions((now() AT TIME ZONE 'UTC')::date + $1)", distance);
    }

    /// <summary>Reading by EF Core, as the service does it; what is given sees each statement.</summary>
    internal IDbContextFactory<JobServiceDbContext> Contexts(params Microsoft.EntityFrameworkCore.Diagnostics.IInterceptor[] interceptors) =>
        new PooledDbContextFactory<JobServiceDbContext>(new DbContextOptionsBuilder<JobServiceDbContext>()
            .UseNpgsql(PostgresDatabase.ForReading(Database.ConnectionString))
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .AddInterceptors(interceptors)
            .Options);

    public async ValueTask DisposeAsync()
    {
        router?.Dispose();
        signals?.Dispose();
        await Hot.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static InvalidOperationException NotInitialized() => new("The storage is made by InitializeAsync.");
}
