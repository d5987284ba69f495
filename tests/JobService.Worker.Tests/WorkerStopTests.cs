using JobService.Core;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Storage;
using JobService.TestKit;
using JobService.Worker.Tests.Execution;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace JobService.Worker.Tests;

public sealed class WorkerStopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_worker_drains_while_another_service_of_its_process_still_stops()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var database = await TestDatabase.CreateAsync();
        var started = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        var handler = new ScriptedHandler(async (_, _, stop) =>
        {
            started.SetResult();
            using var asking = stop.Register(asked.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return default;
        });
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new($"{WorkerOptions.Section}:{nameof(WorkerOptions.DrainGrace)}", "00:00:00")]).Build();
        using var host = new HostBuilder().ConfigureServices(services => services
            .AddJobServiceStorage(_ => database.ConnectionString)
            .AddJobServiceCore(configuration)
            .AddJobHandler<ScriptedHandler>(ExecutorBench.Type.Name).AddSingleton(handler)
            .AddJobServiceWorker(configuration)
            .AddSingleton<IHostedService>(new SlowToStop(asked.Task.WaitAsync(Patience, cancellation)))).Build();
        await host.StartAsync(cancellation);
        var store = host.Services.GetRequiredService<IJobStore>();
        var id = host.Services.GetRequiredService<JobIdSequence>().Next();
        await store.EnqueueAsync([new NewJob { Id = id, Type = ExecutorBench.Type, Payload = "1"u8.ToArray() }], cancellation);
        await started.Task.WaitAsync(Patience, cancellation);

        await host.StopAsync(cancellation);

        Assert.True(asked.Task.IsCompletedSuccessfully);
        Assert.Equal("stopped", await database.QueryAsync<string>("SELECT state FROM jobservice.workers"));
        Assert.Equal(1, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs WHERE id = $1", id.Value));
    }

    /// <summary>Registered last, so stopped first, like the server of an API with a long request: it ends only once the handler was asked to stop.</summary>
    private sealed class SlowToStop(Task until) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => until;
    }
}
