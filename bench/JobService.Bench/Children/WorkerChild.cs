using System.Diagnostics;
using System.Text.Json;
using JobService.Core;
using JobService.Core.Claiming;
using JobService.Core.Handlers;
using JobService.Core.Storage;
using JobService.Worker;

namespace JobService.Bench.Children;

/// <summary>A worker process as a user would write it, which ends once so many jobs have, or when nothing has come for a while.</summary>
internal static class WorkerChild
{
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(1);

    /// <summary>Another worker may have taken all before this one came.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string connection, long jobs, int slots)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration[$"{WorkerOptions.Section}:{nameof(WorkerOptions.Slots)}"] = FormattableString.Invariant($"{slots}");
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
        var reached = drain.After(jobs);
        await host.StartAsync();
        var allocated = GC.GetTotalAllocatedBytes();

        for (var idle = TimeSpan.Zero; !reached.IsCompleted && idle < (drain.Ended > 0 ? IdleFor : Patience);)
        {
            var endedBefore = drain.Ended;
            await Task.WhenAny(reached, Task.Delay(IdleFor, TimeProvider.System));
            idle = drain.Ended > endedBefore ? TimeSpan.Zero : idle + IdleFor;
        }

        var report = new DrainReport(
            drain.Ended, drain.First, drain.Last, Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds, GC.GetTotalAllocatedBytes() - allocated, Process.GetCurrentProcess().PeakWorkingSet64);
        await host.StopAsync();
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report));
        return 0;
    }
}
