using System.Collections.Concurrent;
using JobService.Core;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Signals;
using JobService.Core.Storage;
using JobService.TestKit;
using JobService.Worker.Tests.Execution;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Worker.Tests.Queues;

/// <summary>Queues as a whole worker serves them, on a real database.</summary>
public sealed class QueueServiceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_more_jobs_of_a_queue_run_at_once_than_it_has_slots_and_the_others_have_the_rest()
    {
        var (running, most) = (new ConcurrentDictionary<string, int>(StringComparer.Ordinal), new ConcurrentDictionary<string, int>(StringComparer.Ordinal));
        var (left, done) = (400, new TaskCompletionSource());
        using var host = Worker(
            TimeProvider.System,
            async (_, context, _) =>
            {
                var queue = context.Queue.Name;
                var now = running.AddOrUpdate(queue, 1, (_, before) => before + 1);
                most.AddOrUpdate(queue, now, (_, before) => Math.Max(before, now));
                for (var turns = 0; turns < 50; turns++)
                    await Task.Yield();
                running.AddOrUpdate(queue, 0, (_, before) => before - 1);
                if (Interlocked.Decrement(ref left) == 0)
                    done.SetResult();
                return new RawResult("1"u8.ToArray());
            },
            ("Slots", "8"),
            ("Queues:0:Name", "capped.*"),
            ("Queues:0:Slots", "2"),
            ("Queues:1", "free"));
        await EnqueueAsync(host, [.. Enumerable.Range(0, 400).Select(i => (i % 4) switch { 0 => "capped.a", 1 => "capped.b", _ => "free" })]);
        await host.StartAsync(Cancellation);

        await done.Task.WaitAsync(Patience, Cancellation);
        await host.StopAsync(Cancellation);

        Assert.InRange(most["capped.a"], 1, 2);
        Assert.InRange(most["capped.b"], 1, 2);
        Assert.InRange(most["free"], 1, 8);
    }

    [Fact]
    public async Task Both_together_are_no_more_than_their_slots()
    {
        var (running, most, left, done) = (0, 0, 200, new TaskCompletionSource());
        var gate = new Lock();
        using var host = Worker(
            TimeProvider.System,
            async (_, _, _) =>
            {
                lock (gate)
                    most = Math.Max(most, ++running);
                for (var turns = 0; turns < 50; turns++)
                    await Task.Yield();
                lock (gate)
                {
                    running--;
                    if (--left == 0)
                        done.SetResult();
                }

                return new RawResult("1"u8.ToArray());
            },
            ("Slots", "8"),
            ("Queues:0:Name", "both.*"),
            ("Queues:0:Slots", "3"));
        await EnqueueAsync(host, [.. Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? "both.a" : "both.b")]);
        await host.StartAsync(Cancellation);

        await done.Task.WaitAsync(Patience, Cancellation);
        await host.StopAsync(Cancellation);

        Assert.Equal(3, most);
    }

    [Fact]
    public async Task A_worker_that_idles_is_woken_by_the_signal_of_another_process_when_a_queue_is_resumed()
    {
        // The clock of the worker stands still: it never looks because a wait has run out.
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var other = Process(TimeProvider.System, _ => { });
        var (queues, queue) = (other.Services.GetRequiredService<IQueueStore>(), QueueName.Parse("held"));
        await queues.PauseAsync(queue, reason: null, actor: null, Cancellation);
        var ran = new TaskCompletionSource();
        using var host = Worker(clock, (_, _, _) =>
        {
            ran.SetResult();
            return Task.FromResult<JobOutcome<RawResult>>(new RawResult("1"u8.ToArray()));
        });
        await EnqueueAsync(host, queue.Name);
        await host.StartAsync(Cancellation);
        while (await database.QueryAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'JobService signals' AND state = 'idle' AND query LIKE '%LISTEN%'") == 0)
        {
            Cancellation.ThrowIfCancellationRequested();
        }

        await other.StartAsync(Cancellation);
        for (var looks = 0; looks < 100; looks++)
            Assert.Equal(1, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs r JOIN jobservice.queues q ON q.id = r.queue_id WHERE q.name = 'held'"));
        await queues.ResumeAsync(queue, Cancellation);
        other.Services.GetRequiredService<SignalHub>().ClaimsChanged();

        await ran.Task.WaitAsync(Patience, Cancellation);
        await other.StopAsync(Cancellation);
        var stopping = host.StopAsync(Cancellation);
        while (!stopping.IsCompleted)
        {
            clock.Advance(Step);
            await Task.Yield();
        }

        await stopping;
    }

    private static async Task EnqueueAsync(IHost host, params string[] queues)
    {
        var ids = host.Services.GetRequiredService<JobIdSequence>();
        await host.Services.GetRequiredService<IJobStore>().EnqueueAsync(
            [.. queues.Select(queue => new NewJob { Id = ids.Next(), Type = ExecutorBench.Type, Payload = "1"u8.ToArray(), Queue = QueueName.Parse(queue) })],
            Cancellation);
    }

    private IHost Worker(
        TimeProvider clock, Func<RawPayload, JobContext, CancellationToken, Task<JobOutcome<RawResult>>> handle, params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{WorkerOptions.Section}:{setting.Name}", (string?)setting.Value))).Build();
        return Process(clock, services => services
            .AddJobHandler<ScriptedHandler>(ExecutorBench.Type.Name).AddSingleton(new ScriptedHandler(handle))
            .AddJobServiceWorker(configuration));
    }

    private IHost Process(TimeProvider clock, Action<IServiceCollection> add) => new HostBuilder()
        .ConfigureServices(services =>
        {
            services.AddSingleton(clock).AddJobServiceStorage(_ => database.ConnectionString).AddJobServiceCore(new ConfigurationBuilder().Build());
            add(services);
        })
        .Build();
}
