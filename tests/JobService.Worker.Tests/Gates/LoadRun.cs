using JobService.Core;
using JobService.Core.Enqueueing;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Storage;
using JobService.Core.Storage.Migrations;
using JobService.TestKit;
using JobService.Worker.Tests.Execution;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace JobService.Worker.Tests.Gates;

/// <summary>
/// Two whole workers under load on a PostgreSQL of their own, and what that costs it, counted. A backlog waits when they start; another
/// process enqueues as many jobs again, and for each one of the backlog may end, so that there is always more than both can take; then the
/// rest is drained. Of what is enqueued some is cancelled and some edited.
/// </summary>
/// <remarks>
/// The server is as durable as one in use, full-page images included. There is a checkpoint at the start: what a run writes after it is
/// mostly new pages, which have no images, so that those of the few old ones weigh little.
/// </remarks>
public sealed class LoadRun : IAsyncLifetime
{
    private const int Backlog = 10_000;
    private const int Chunk = 1_000;
    private const int Cancelled = Backlog / Chunk;

    /// <summary>Of each worker. A claim takes as many jobs as there are free slots: with few of them there is no load that makes commits large.</summary>
    private const int Slots = 1_000;

    private const string LoadEnds = "the load ends";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly byte[] Payload = System.Text.Encoding.UTF8.GetBytes($"\"{new string('x', 198)}\"");

    private readonly SemaphoreSlim mayEnd = new(0);
    private readonly SemaphoreSlim ended = new(0);
    private PostgresServer? server;
    private NpgsqlDataSource? observer;

    /// <summary>How many jobs succeeded; a few were cancelled.</summary>
    public long Jobs { get; private set; }

    public long WalBytes { get; private set; }

    public long Commits { get; private set; }

    public long Multixacts { get; private set; }

    /// <summary>How many were sent while no worker was without work, and how many jobs were enqueued meanwhile.</summary>
    public (int Sent, int Jobs) Notifications { get; private set; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string ConnectionString => server?.ConnectionString ?? throw new InvalidOperationException("The server is started by InitializeAsync.");

    public async ValueTask InitializeAsync()
    {
        server = await PostgresServer.StartAsync(isDurable: true);
        await DatabaseMigrator.MigrateAsync(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString, TimeProvider.System, Stop);

        // In another database, so that its own commits are not among those it counts.
        observer = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        var before = await CountAsync();
        await RunAsync();
        var after = await CountAsync();
        (WalBytes, Commits, Multixacts) = (after.Wal - before.Wal, after.Commits - before.Commits, after.Multixact - before.Multixact);

        await using var database = NpgsqlDataSource.Create(ConnectionString);
        await using var count = database.CreateCommand("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 6");
        Jobs = (long)(await count.ExecuteScalarAsync(Stop))!;
        Assert.Equal(2 * Backlog - Cancelled, Jobs);
    }

    public async ValueTask DisposeAsync()
    {
        mayEnd.Dispose();
        ended.Dispose();
        if (observer is not null)
            await observer.DisposeAsync();
        if (server is not null)
            await server.DisposeAsync();
    }

    private async Task RunAsync()
    {
        await using var line = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await line.OpenAsync(Stop);
        var (sent, hasEnded) = (0, false);
        line.Notification += (_, notification) =>
        {
            hasEnded |= notification.Payload is LoadEnds;
            sent += hasEnded ? 0 : 1;
        };
        await ExecuteAsync(line, "LISTEN jobservice");

        using var caller = Host(isWorker: false);
        using var one = Host(isWorker: true);
        using var other = Host(isWorker: true);
        await caller.StartAsync(Stop);
        await EnqueueAsync(caller, Backlog);
        await Task.WhenAll(one.StartAsync(Stop), other.StartAsync(Stop));

        var jobs = caller.Services.GetRequiredService<IJobStore>();
        for (var enqueued = 0; enqueued < Backlog; enqueued += Chunk)
        {
            var ids = await EnqueueAsync(caller, Chunk);
            Assert.Equal(JobCancellation.Done, (await jobs.CancelAsync(ids[^1], reason: null, actor: null, Stop)).Value);
            Assert.Equal(JobState.Queued, (await jobs.EditAsync(ids[^2], new JobEdit { Priority = new JobPriority(6) }, actor: null, Stop)).Value);
            await EndAsync(Chunk);
        }

        // PostgreSQL delivers in the order of commits: by then all that were sent before have come.
        await ExecuteAsync(line, $"NOTIFY jobservice, '{LoadEnds}'");
        while (!hasEnded)
            await line.WaitAsync(Stop);
        Notifications = (sent, Backlog);

        await EndAsync(Backlog - Cancelled);
        await Task.WhenAll(one.StopAsync(Stop), other.StopAsync(Stop), caller.StopAsync(Stop));
    }

    /// <summary>Lets so many handlers end, and waits until they have.</summary>
    private async Task EndAsync(int count)
    {
        mayEnd.Release(count);
        for (; count > 0; count--)
            Assert.True(await ended.WaitAsync(Patience, Stop));
    }

    private static async Task<JobId[]> EnqueueAsync(IHost host, int count)
    {
        var ids = host.Services.GetRequiredService<JobIdSequence>();
        var enqueuer = host.Services.GetRequiredService<JobEnqueuer>();
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => enqueuer.EnqueueAsync(
            new NewJob { Id = ids.Next(), Type = ExecutorBench.Type, Payload = Payload })));
        return [.. answers.Select(answer => answer.Value!.Id)];
    }

    private IHost Host(bool isWorker)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"{WorkerOptions.Section}:{nameof(WorkerOptions.Slots)}", $"{Slots}")]).Build();
        return new HostBuilder().ConfigureServices(services =>
        {
            services
                .AddJobServiceStorage(_ => ConnectionString)
                .AddJobServiceCore(configuration);
            if (isWorker)
                services.AddJobHandler<ScriptedHandler>(ExecutorBench.Type.Name).AddSingleton(new ScriptedHandler(RunAsync)).AddJobServiceWorker(configuration);
        }).Build();
    }

    private async Task<JobOutcome<RawResult>> RunAsync(RawPayload payload, JobContext context, CancellationToken stop)
    {
        await mayEnd.WaitAsync(stop);
        ended.Release();
        return JobOutcome.Succeeded;
    }

    /// <summary>What the server has counted, once everyone else has left: what a connection did is counted for sure when it has ended.</summary>
    private async Task<(long Wal, long Commits, long Multixact)> CountAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(Patience);
        await using var connection = await observer!.OpenConnectionAsync(Stop);
        await using (var others = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = 'jobservice' AND backend_type = 'client backend'", connection))
        {
            while (await others.ExecuteScalarAsync(patience.Token) is not 0L)
                await Task.Yield();
        }

        await ExecuteAsync(connection, "CHECKPOINT");
        await using var counts = new NpgsqlCommand(
            """
            SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint, xact_commit, next_multixact_id::text::bigint
            FROM pg_control_checkpoint(), pg_stat_database WHERE datname = 'jobservice'
            """,
            connection);
        await using var reader = await counts.ExecuteReaderAsync(Stop);
        await reader.ReadAsync(Stop);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
