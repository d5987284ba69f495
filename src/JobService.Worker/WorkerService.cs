using System.Reflection;
using JobService.Core.Handlers;
using JobService.Core.Leases;
using JobService.Worker.Claiming;
using JobService.Worker.Execution;
using JobService.Worker.Leasing;
using JobService.Worker.Queues;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobService.Worker;

/// <summary>
/// A worker from its registration to its leaving. It registers once everything else of its process has started. When it loses its lease it is another worker from then on; when the process
/// stops it takes nothing new, lets its handlers end, gives back what does not, and leaves last of all.
/// </summary>
internal sealed partial class WorkerService(
    ILeaseStore leases,
    CurrentLease current,
    ClaimLoop claims,
    RunningJobs running,
    ExecutionSlots slots,
    ServedQueues queues,
    JobHandlers handlers,
    IOptions<WorkerOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILoggerFactory logs) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ILogger<WorkerService> log = logs.CreateLogger<WorkerService>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HandlerThreads.Reserve(options.Value.Slots);
        using var exhausted = slots.Exhausted.Register(() =>
        {
            LogExhausted(slots.Stuck);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        });

        // A host stops its services one after the other: the drain must not wait until a server has seen its last caller off.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);

        // A server that can't listen ends the start of the process: by then nothing may be registered, let alone claimed.
        await WaitForStartAsync(stop.Token);
        if (stop.IsCancellationRequested)
            return;

        using var draining = stop.Token.Register(() =>
        {
            LogDraining(running.Ids.Count);
            running.Drain(options.Value.DrainGrace);
        });

        WorkerId? previous = null;
        while (!stop.IsCancellationRequested)
        {
            if (await TryRegisterAsync(stop.Token) is not { } worker)
                continue;
            await RunAsync(new WorkerLease(worker, previous), stop.Token);
            previous = worker;
        }
    }

    private async Task WaitForStartAsync(CancellationToken stop)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var starting = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(WorkerLease lease, CancellationToken stop)
    {
        current.Lease = lease;
        LogStarted(lease.Worker, NameOf(options.Value), options.Value.Slots, string.Join(", ", handlers.Types));
        using (var keeper = new LeaseKeeper(leases, lease, clock, logs.CreateLogger<LeaseKeeper>()))
        using (stop.Register(keeper.Drain))
        using (lease.Lost.Register(running.LoseAll))
            await claims.RunAsync(lease, stop);

        current.Lease = null;
        if (!lease.Lost.IsCancellationRequested)
        {
            await TryLeaveAsync(lease.Worker);
            return;
        }

        // Told once more, for what began in the moment of the loss. They stop or are given up within seconds; only then is anything
        // given back, so that no job meets its own earlier run here.
        running.LoseAll();
        await running.WaitUntilEmptyAsync();
    }

    private async Task<WorkerId?> TryRegisterAsync(CancellationToken stop)
    {
        var registration = new WorkerRegistration
        {
            Name = NameOf(options.Value),
            Host = Environment.MachineName,
            Version = Assembly.GetEntryAssembly()?.GetName().Version?.ToString(3) ?? "0.0.0",
            ProcessId = Environment.ProcessId,
            Slots = options.Value.Slots,
            Queues = queues.Globs,
            Types = [.. handlers.Types.Select(type => type.Name).Order(StringComparer.Ordinal)],
        };
        try
        {
            return await leases.RegisterAsync(registration, LeaseKeeper.Lease, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            LogNotRegistered(e.Message);
            await Task.Delay(RetryAfter, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }
    }

    private async Task TryLeaveAsync(WorkerId worker)
    {
        try
        {
            await leases.LeaveAsync(worker, CancellationToken.None);
            LogStopped(worker);
        }
        catch (Exception e)
        {
            // The lease runs out by itself, and nothing is held under it.
            LogNotLeft(worker, e.Message);
        }
    }

    private static string NameOf(WorkerOptions options) => options.Name ?? $"{Environment.MachineName}:{Environment.ProcessId}";
}
