using JobService.Core;
using JobService.Core.Claiming;
using JobService.Core.Enqueueing;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Results;
using JobService.Core.Sequences;
using JobService.Core.Signals;
using JobService.Core.Storage;
using JobService.TestKit;
using JobService.Worker.Execution;
using JobService.Worker.Leasing;
using JobService.Worker.Tests.Claiming;
using JobService.Worker.Tests.Execution;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Worker.Tests;

/// <summary>A whole worker in a host of its own, on a real database.</summary>
public sealed class WorkerServiceTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly TestDatabase database = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_worker_drains_while_another_service_of_its_process_still_stops()
    {
        var started = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        using var host = Host(TimeProvider.System, new SlowToStop(asked.Task.WaitAsync(Patience, Cancellation)), async (_, _, stop) =>
        {
            started.SetResult();
            await UntilAskedAsync(stop, asked);
            return default;
        });
        var id = await EnqueueAsync(host);
        await host.StartAsync(Cancellation);
        await started.Task.WaitAsync(Patience, Cancellation);

        await host.StopAsync(Cancellation);

        Assert.True(asked.Task.IsCompletedSuccessfully);
        Assert.Equal(1, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs WHERE id = $1", id.Value));
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.workers WHERE state <> 'stopped'"));
    }

    [Fact]
    public async Task A_worker_registers_only_once_everything_else_of_its_process_has_started()
    {
        var goOn = new TaskCompletionSource();
        using var host = Host(TimeProvider.System, new SlowToStart(goOn.Task), (_, _, _) => Task.FromResult<JobOutcome<RawResult>>(new RawResult("1"u8.ToArray())));
        var id = await EnqueueAsync(host);

        var starting = host.StartAsync(Cancellation);
        for (var looks = 0; looks < 200; looks++)
            Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.workers"));
        goOn.SetResult();
        await starting;

        Assert.True(await host.Services.GetRequiredService<FinalJobWatch>().WaitAsync(id, Patience, Cancellation));
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_worker_that_could_not_renew_stops_its_handlers_and_gives_back_what_they_ran()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var (started, asked, end) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        using var host = Host(clock, new SlowToStop(Task.CompletedTask), async (_, _, stop) =>
        {
            if (!started.TrySetResult())
                return new RawResult("2"u8.ToArray());

            using var asking = stop.Register(asked.SetResult);
            await end.Task;
            return default;
        });
        var id = await EnqueueAsync(host);
        await host.StartAsync(Cancellation);
        await started.Task.WaitAsync(Patience, Cancellation);

        // Nothing is renewed for longer than a lease lasts, as the worker sees it; the database sees nobody die.
        await using var connection = await database.Source.OpenConnectionAsync(Cancellation);
        await using var block = await connection.BeginTransactionAsync(Cancellation);
        await using (var locking = new NpgsqlCommand("SELECT FROM jobservice.workers FOR UPDATE", connection))
            await locking.ExecuteNonQueryAsync(Cancellation);
        clock.Advance(TimeSpan.FromSeconds(15));
        await asked.Task.WaitAsync(Patience, Cancellation);
        await block.RollbackAsync(Cancellation);

        // While a handler still runs, its job is not given back, and the process is no new worker.
        host.Services.GetRequiredService<SignalHub>().Ready.Raise();
        for (var looks = 0; looks < 200; looks++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
            Assert.Equal(1, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.workers"));
        }

        end.SetResult();
        Assert.True(await host.Services.GetRequiredService<FinalJobWatch>().WaitAsync(id, Patience, Cancellation));
        await StopAsync(host, clock);
        var job = (await host.Services.GetRequiredService<IJobQueries>().FindAsync(id, Cancellation)).Value!;
        Assert.Equal((JobState.Succeeded, "2", 1, 0), (job.State, job.Result, job.Attempt, job.Crashes));
        Assert.Equal("attempt 1", await database.QueryAsync<string>("SELECT detail FROM jobservice.job_events WHERE id = $1 AND kind = 'released'", id.Value));
    }

    [Fact]
    public async Task A_worker_with_more_stuck_handlers_than_it_may_have_drains_and_ends_its_process_with_an_error()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var (started, drains, end) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        using var host = Host(
            clock,
            new SlowToStop(Task.CompletedTask),
            async (_, _, _) =>
            {
                started.SetResult();
                await end.Task;
                return default;
            },
            ("MaxStuck", "0"));
        using var draining = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(drains.SetResult);
        var exitCode = Environment.ExitCode;
        try
        {
            await EnqueueAsync(host, new JobPolicies { Timeout = new() { Soft = TimeSpan.FromSeconds(1), Hard = TimeSpan.FromSeconds(2) } });
            await host.StartAsync(Cancellation);
            await started.Task.WaitAsync(Patience, Cancellation);
            Assert.False(drains.Task.IsCompleted);

            clock.Advance(TimeSpan.FromSeconds(1));
            clock.Advance(TimeSpan.FromSeconds(1));

            await drains.Task.WaitAsync(Patience, Cancellation);
            Assert.Equal(1, Environment.ExitCode);
        }
        finally
        {
            Environment.ExitCode = exitCode;
            end.SetResult();
            await StopAsync(host, clock);
        }
    }

    [Fact]
    public async Task A_handler_that_begins_in_the_moment_in_which_the_lease_is_lost_is_asked_to_stop()
    {
        var (runs, asked) = (0, new TaskCompletionSource());
        using var host = Host(
            TimeProvider.System,
            new SlowToStop(Task.CompletedTask),
            async (_, _, stop) =>
            {
                if (Interlocked.Increment(ref runs) == 1)
                    await UntilAskedAsync(stop, asked);
                return new RawResult("2"u8.ToArray());
            },
            LosesLeaseAtFirstClaim);
        var id = await EnqueueAsync(host);
        await host.StartAsync(Cancellation);

        await asked.Task.WaitAsync(Patience, Cancellation);

        Assert.True(await host.Services.GetRequiredService<FinalJobWatch>().WaitAsync(id, Patience, Cancellation));
        var job = (await host.Services.GetRequiredService<IJobQueries>().FindAsync(id, Cancellation)).Value!;
        Assert.Equal((JobState.Succeeded, "2", 1, 0), (job.State, job.Result, job.Attempt, job.Crashes));
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task There_is_a_thread_at_hand_for_each_slot()
    {
        const int slots = 101;
        var started = new TaskCompletionSource();
        using var host = Host(
            TimeProvider.System,
            new SlowToStop(Task.CompletedTask),
            (_, _, _) =>
            {
                started.SetResult();
                return Task.FromResult<JobOutcome<RawResult>>(new RawResult("2"u8.ToArray()));
            },
            ("Slots", $"{slots}"));
        await EnqueueAsync(host);
        await host.StartAsync(Cancellation);
        await started.Task.WaitAsync(Patience, Cancellation);

        ThreadPool.GetMinThreads(out var threads, out _);

        Assert.InRange(threads, slots, HandlerThreads.Most + Environment.ProcessorCount);
        await host.StopAsync(Cancellation);
    }

    /// <summary>What a handler does that runs until it is asked to stop.</summary>
    /// <summary>The clock of the process stands still: what happens, happens because something else did.</summary>
    [Fact]
    public async Task The_jobs_of_a_sequence_follow_each_other_without_any_timer()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var (ran, all) = (new List<JobId>(), new TaskCompletionSource());
        using var host = Host(clock, new SlowToStop(Task.CompletedTask), (_, context, _) =>
        {
            ran.Add(context.Id);
            if (ran.Count == 5)
                all.SetResult();
            return Task.FromResult<JobOutcome<RawResult>>(new RawResult("1"u8.ToArray()));
        });
        var ids = host.Services.GetRequiredService<JobIdSequence>();
        var policies = new JobPolicies { Sequence = new SequencePolicy(SequenceKey.Parse("order-1")) };
        NewJob[] jobs = [.. Enumerable.Range(0, 5).Select(_ => new NewJob { Id = ids.Next(), Type = ExecutorBench.Type, Payload = "1"u8.ToArray(), Policies = policies })];
        Assert.Equal(5, (await host.Services.GetRequiredService<IKeyedJobStore>().EnqueueAllAsync(jobs, Cancellation)).Value!.Count);

        await host.StartAsync(Cancellation);
        await all.Task.WaitAsync(Patience, Cancellation);

        Assert.Equal(jobs.Select(job => job.Id), ran);
        await StopAsync(host, clock);
    }

    private static async Task UntilAskedAsync(CancellationToken stop, TaskCompletionSource asked)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        }
        finally
        {
            asked.SetResult();
        }
    }

    private IHost Host(
        TimeProvider clock,
        IHostedService last,
        Func<RawPayload, JobContext, CancellationToken, Task<JobOutcome<RawResult>>> handle,
        params (string Name, string Value)[] settings) => Host(clock, last, handle, _ => { }, settings);

    private IHost Host(
        TimeProvider clock,
        IHostedService last,
        Func<RawPayload, JobContext, CancellationToken, Task<JobOutcome<RawResult>>> handle,
        Action<IServiceCollection> change,
        params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.Append((nameof(WorkerOptions.DrainGrace), "00:00:00")).Select(setting => KeyValuePair.Create($"{WorkerOptions.Section}:{setting.Item1}", (string?)setting.Item2))).Build();
        return new HostBuilder().ConfigureServices(services =>
        {
            services
                .AddSingleton(clock)
                .AddJobServiceStorage(_ => database.ConnectionString)
                .AddJobServiceCore(configuration)
                .AddJobHandler<ScriptedHandler>(ExecutorBench.Type.Name).AddSingleton(new ScriptedHandler(handle))
                .AddJobServiceWorker(configuration)
                .AddSingleton(last);
            change(services);
        }).Build();
    }

    private static void LosesLeaseAtFirstClaim(IServiceCollection services)
    {
        var real = services.Last(service => service.ServiceType == typeof(IClaimStore)).ImplementationFactory!;
        services.AddSingleton<IClaimStore>(provider => new LosingClaimStore((IClaimStore)real(provider), provider.GetRequiredService<CurrentLease>()));
    }

    private static async Task StopAsync(IHost host, FakeTimeProvider clock)
    {
        var stopping = host.StopAsync(Cancellation);
        while (!stopping.IsCompleted)
        {
            clock.Advance(Step);
            await Task.Yield();
        }

        await stopping;
    }

    private static async Task<JobId> EnqueueAsync(IHost host, JobPolicies? policies = null)
    {
        var id = host.Services.GetRequiredService<JobIdSequence>().Next();
        var job = new NewJob { Id = id, Type = ExecutorBench.Type, Payload = "1"u8.ToArray(), Policies = policies ?? JobPolicies.Default };
        await host.Services.GetRequiredService<IJobStore>().EnqueueAsync([job], Cancellation);
        return id;
    }

    /// <summary>Registered last, so started last, like the server of an API whose port may be taken.</summary>
    private sealed class SlowToStart(Task until) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => until;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Registered last, so stopped first, like the server of an API with a long request.</summary>
    private sealed class SlowToStop(Task until) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => until;
    }
}
