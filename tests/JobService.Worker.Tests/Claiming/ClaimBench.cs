using JobService.Core;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Results;
using JobService.Core.Signals;
using JobService.Worker.Claiming;
using JobService.Worker.Completion;
using JobService.Worker.Execution;
using JobService.Worker.Handlers.Demo;
using JobService.Worker.Leasing;
using JobService.Worker.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace JobService.Worker.Tests.Claiming;

/// <summary>A claim loop with everything real but its store and its clock.</summary>
internal sealed class ClaimBench : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource drain = new();
    private readonly ServiceProvider services = new ServiceCollection()
        .AddLogging()
        .AddJobServiceCore(new ConfigurationBuilder().Build())
        .AddDemoHandlers()
        .BuildServiceProvider();

    public ClaimBench()
    {
        Signals = new SignalHub(null!, Clock, NullLogger<SignalHub>.Instance);
        Completions = new CompletionBuffer(Signals.Ready.Raise);
    }

    public TimerClock Clock { get; } = new();

    public RunningJobs Running { get; } = new();

    public SignalHub Signals { get; }

    public CompletionBuffer Completions { get; }

    public static JobTransition Success(long token) => JobTransition.Succeed(JobId.FirstAt(DateTimeOffset.UnixEpoch), new LeaseToken(token), result: null);

    /// <summary>Runs the loop, as a worker with a few slots, until it is told to stop.</summary>
    public Task RunAsync(IClaimStore store, WorkerLease? lease = null, int slotCount = 1, WorkerOptions? options = null)
    {
        var slots = new ExecutionSlots(slotCount, 1);
        var queues = new ServedQueues(Options.Create(options ?? new WorkerOptions()));
        var executor = new JobExecutor(services.GetRequiredService<HandlerInvoker>(), Running, slots, queues, Completions, Clock, NullLogger<JobExecutor>.Instance);
        var sender = new ExchangeSender(store, new FinalJobWatch(null!, null!, Clock), Signals, NullLogger<ExchangeSender>.Instance);
        var unknown = new UnknownClaims(store, sender, Running, Completions, Clock, NullLogger<UnknownClaims>.Instance);
        var loop = new ClaimLoop(
            sender, unknown, executor, Running, slots, queues, Completions, Signals, services.GetRequiredService<JobHandlers>(), Clock, NullLogger<ClaimLoop>.Instance);
        return loop.RunAsync(lease ?? new WorkerLease(new WorkerId(1)), drain.Token);
    }

    public void Drain() => drain.Cancel();

    public async Task StopAsync(Task loop)
    {
        Drain();
        await AdvanceUntilAsync(() => loop.IsCompleted);
        await loop;
    }

    /// <summary>Lets time pass until something holds; the loop runs on real threads, so it is given a chance at each step.</summary>
    public async Task AdvanceUntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Clock.Advance(Step);
            await Task.Yield();
        }
    }

    public void Dispose()
    {
        services.Dispose();
        drain.Dispose();
        Signals.Dispose();
    }
}
