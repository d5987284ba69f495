using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Threading.Channels;

namespace JobService.Resilience.Tests;

/// <summary>A worker as it is run in the real world: a process of its own, which can be killed.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Channel<string> output = Channel.CreateUnbounded<string>();

    private WorkerProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
                output.Writer.TryWrite(text);
            else
                output.Writer.Complete();
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static WorkerProcess Start(string connectionString, int slots, TimeSpan drainGrace)
    {
        var path = typeof(WorkerProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => string.Equals(item.Key, "WorkerPath", StringComparison.Ordinal)).Value!;
        var start = new ProcessStartInfo("dotnet", [path]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ConnectionStrings__JobService"] = connectionString;
        start.Environment["JobService__Worker__Slots"] = slots.ToString(CultureInfo.InvariantCulture);
        start.Environment["JobService__Worker__DrainGrace"] = drainGrace.ToString("c", CultureInfo.InvariantCulture);
        start.Environment["JobService__HttpRequests__AllowPrivateNetworks"] = "true";
        return new WorkerProcess(Process.Start(start)!);
    }

    /// <summary>Waits until it has written a line with these words, as it does once it is registered: <c>runs up to</c>.</summary>
    public async Task WaitForAsync(string words)
    {
        await foreach (var line in output.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (line.Contains(words, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"The worker ended and never said '{words}'.");
    }

    /// <summary><c>kill -9</c></summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary><c>kill</c>: asks the process to stop, and waits until it has.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", [process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }
}
