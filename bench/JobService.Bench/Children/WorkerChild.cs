using System.Diagnostics;
using System.Text.Json;
using JobService.Bench.Cluster;
using JobService.Core;
using JobService.Core.Claiming;
using JobService.Core.Handlers;
using JobService.Core.Storage;
using JobService.Worker;

namespace JobService.Bench.Children;

/// <summary>A worker process as a user would write it, which ends once so many jobs have, or, without a number, when nothing has come for a while.</summary>
internal static class WorkerChild
{
    /// <summary>How often it is looked whether jobs still end.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>None for so long, and a worker that was told no number takes it for the end.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    /// <summary>None for so long, and there will never be another.</summary>
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);

    /// <param name="connection">The database.</param>
    /// <param name="jobs">How many there are; 0 when that is not known.</param>
    /// <param name="slots">How many run at once.</param>
    /// <param name="isShared">Whether other workers take of the same jobs, and maybe all of them.</param>
    public static async Task<int> RunAsync(string connection, int jobs, int slots, bool isShared = false)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration[$"{WorkerOptions.Section}:{nameof(WorkerOptions.Slots)}"] = FormattableString.Invariant($"{slots}");

        // Longer than the history that some drains have beside them: otherwise they would drop it meanwhile.
        builder.Configuration["JobService:Retention:Keep"] = "90.00:00:00";
        builder.Services.AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning));
        builder.Services.AddJobServiceStorage(_ => connection);
        builder.Services.AddJobServiceCore(builder.Configuration);
        builder.Services.AddJobServiceWorker(builder.Configuration);
        builder.Services.AddJobHandler<NoopHandler>();
        builder.Services.AddSingleton<DrainClock>();
        var store = builder.Services.Last(service => service.ServiceType == typeof(IClaimStore)).ImplementationFactory!;
        builder.Services.AddSingleton<IClaimStore>(provider => new TimedClaimStore((IClaimStore)store(provider), provider.GetRequiredService<DrainClock>()));
        using var host = builder.Build();
        var drain = host.Services.GetRequiredService<DrainClock>();
        var reached = jobs > 0 && !isShared ? drain.After(jobs) : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        var memory = new MemoryTrace(drain);
        await host.StartAsync();
        await memory.FollowAsync(EndAsync());

        using var process = Process.GetCurrentProcess();
        var report = new DrainReport(
            drain.Ended, drain.First, drain.Last, process.TotalProcessorTime.TotalSeconds, memory.AllocatedAJob, memory.Early, memory.Late, process.PeakWorkingSet64);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report));

        // Its database is dropped next: to stop in order would only take its time.
        Environment.Exit(0);
        return 0;

        async Task EndAsync()
        {
            for (var idle = TimeSpan.Zero; !reached.IsCompleted && idle < (drain.Ended == 0 || jobs > 0 ? Stall : Quiet);)
            {
                var endedBefore = drain.Ended;
                await Task.WhenAny(reached, Task.Delay(Look, TimeProvider.System));
                idle = drain.Ended > endedBefore ? TimeSpan.Zero : idle + Look;

                // Not while it has work: the count would cost those that it is to measure.
                if (isShared && idle > TimeSpan.Zero && await BenchDatabase.CountAsync(connection, "count_ended") >= jobs)
                    return;
            }
        }
    }
}
