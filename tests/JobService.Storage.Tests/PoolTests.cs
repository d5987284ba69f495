using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Retention;
using JobService.Core.Storage;
using JobService.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace JobService.Storage.Tests;

/// <summary>The stores as a process wires them: what calls may take of the server, and what is left to the loops.</summary>
public sealed class PoolTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly JobType Type = JobType.Parse("demo.echo");

    private readonly JobIdSequence ids = new(TimeProvider.System);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_that_hold_every_connection_they_may_have_take_none_from_the_loops()
    {
        await using var services = Process(maxConnections: 1);
        await using var held = await services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(Stop);
        var cancelling = services.GetRequiredService<IJobStore>().CancelAsync(ids.Next(), reason: null, actor: null, Stop);

        var worker = await RegisterAsync(services);
        await services.GetRequiredService<IClaimStore>().ExchangeAsync([], new ClaimRequest { Worker = worker, MaxJobs = 1, Types = [Type] }, Stop);
        await services.GetRequiredService<IDueJobsStore>().PromoteAsync(10, Stop);
        await services.GetRequiredService<IRetentionStore>().CreatePartitionsAsync(Stop);

        Assert.False(cancelling.IsCompleted);
        await held.DisposeAsync();
        Assert.IsType<Refusal.NotFound>((await cancelling).Refusal);
    }

    [Fact]
    public async Task A_call_that_gets_no_connection_in_time_is_told_that_this_passes()
    {
        await using var services = Process(maxConnections: 1, "Timeout=1");
        await using var held = await services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(Stop);

        var refused = await Assert.ThrowsAsync<DatabaseUnreachableException>(
            () => services.GetRequiredService<IJobStore>().CancelAsync(ids.Next(), reason: null, actor: null, Stop));

        Assert.True(refused.IsTransient);
    }

    [Fact]
    public async Task A_burst_of_calls_waits_for_few_connections_and_none_of_them_fails()
    {
        await using var services = Process(maxConnections: 5);
        var jobs = services.GetRequiredService<IJobStore>();
        var waiting = await jobs.EnqueueAsync([.. Enumerable.Range(0, 200).Select(_ => NewJob())], Stop);

        await Task.WhenAll(
            Task.WhenAll(waiting.Select(job => jobs.CancelAsync(job.Id, reason: null, actor: null, Stop))),
            Task.WhenAll(Enumerable.Range(0, 50).Select(_ => jobs.EnqueueAsync([.. Enumerable.Range(0, 20).Select(_ => NewJob())], Stop))));

        Assert.InRange(
            await database.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'JobService'"), 1, 5);
        await RegisterAsync(services);
    }

    private static Task<WorkerId> RegisterAsync(IServiceProvider services) => services.GetRequiredService<ILeaseStore>().RegisterAsync(
        new WorkerRegistration { Name = "test:1", Host = "test", Version = "0", ProcessId = 1, Slots = 1, Queues = ["*"], Types = [Type.Name] },
        TimeSpan.FromMinutes(1),
        Stop);

    private NewJob NewJob() => new() { Id = ids.Next(), Type = Type, Payload = "1"u8.ToArray() };

    private ServiceProvider Process(int maxConnections, string more = "") => new ServiceCollection()
        .AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
            [new($"{DatabaseOptions.Section}:{nameof(DatabaseOptions.MaxConnections)}", $"{maxConnections}")]).Build())
        .AddJobServiceStorage(_ => $"{database.ConnectionString};{more}")
        .BuildServiceProvider();
}
