using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using JobService.Bench.Measuring;
using JobService.Core;
using JobService.Core.Enqueueing;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Storage;
using JobService.Worker;

namespace JobService.Bench.Children;

/// <summary>
/// Enqueues one job at a time where nothing else is to do, and tells how long each took to start; the worker is in the same process, or in
/// another that says each start on its standard output.
/// </summary>
internal static class LatencyChild
{
    private const int MostWarmUp = 100;

    public static async Task<int> RunAsync(string connection, int times)
    {
        var starts = new Starts();
        using var host = Host(connection, isWorker: true, starts);
        await host.StartAsync();
        await ReportAsync(host, times, starts.NextAsync);
        return Leave();
    }

    public static async Task<int> RunAcrossAsync(string connection, int times)
    {
        using var host = Host(connection, isWorker: false, new Starts());
        await host.StartAsync();
        using var worker = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["latency-worker", connection]) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false })!;
        await worker.StandardOutput.ReadLineAsync();
        await ReportAsync(host, times, async () => long.Parse((await worker.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture));
        worker.StandardInput.Close();
        await worker.WaitForExitAsync();
        return Leave();
    }

    public static async Task<int> RunWorkerAsync(string connection)
    {
        var starts = new Starts();
        using var host = Host(connection, isWorker: true, starts);
        await host.StartAsync();
        await Console.Out.WriteLineAsync("ready");

        // Not Console.In, whose asynchronous calls block.
        using var input = new StreamReader(Console.OpenStandardInput());
        var parent = input.ReadToEndAsync();
        for (var next = starts.NextAsync(); await Task.WhenAny(next, parent) == next; next = starts.NextAsync())
            await Console.Out.WriteLineAsync(FormattableString.Invariant($"{await next}"));
        return Leave();
    }

    /// <summary>Its database is dropped next: to stop in order would only take its time.</summary>
    private static int Leave()
    {
        Environment.Exit(0);
        return 0;
    }

    private static async Task ReportAsync(IHost host, int times, Func<Task<long>> next)
    {
        var (enqueuer, ids) = (host.Services.GetRequiredService<JobEnqueuer>(), host.Services.GetRequiredService<JobIdSequence>());
        var latencies = new List<double>();
        var warmUp = Math.Min(times / 2, MostWarmUp);
        for (var i = 0; i < warmUp + times; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20 + (40 * Random.Shared.NextDouble())), TimeProvider.System);
            var started = next();
            var before = Stopwatch.GetTimestamp();
            await enqueuer.EnqueueAsync(new NewJob { Id = ids.Next(), Type = JobType.Parse(NoopHandler.Type), Payload = NoopPayload.Bytes(i) });
            var latency = Stopwatch.GetElapsedTime(before, await started).TotalMilliseconds;
            if (i >= warmUp)
                latencies.Add(latency);
        }

        latencies.Sort();
        double At(double percentile) => latencies[(int)Math.Ceiling(percentile * latencies.Count) - 1];
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new PeerAnswer(0, 0, At(0.5), At(0.95), At(0.99)), JsonSerializerOptions.Web));
    }

    private static IHost Host(string connection, bool isWorker, Starts starts)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddJobServiceStorage(_ => connection);
        builder.Services.AddJobServiceCore(builder.Configuration);
        if (isWorker)
        {
            builder.Services.AddJobServiceWorker(builder.Configuration);
            builder.Services.AddJobHandler<StartHandler>();
            builder.Services.AddSingleton(starts);
        }

        return builder.Build();
    }
}
