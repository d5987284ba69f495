using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace JobService.Bench.Tests;

/// <summary><c>bench/run --smoke</c>, of what is built already instead of published.</summary>
internal sealed class BenchRun : IAsyncDisposable
{
    private readonly Process process;

    private BenchRun(Process process)
    {
        this.process = process;
        Errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>What it says as it goes.</summary>
    public StreamReader Output => process.StandardOutput;

    /// <summary>All that it has to complain about, once it has ended.</summary>
    public Task<string> Errors { get; }

    /// <summary>Where it keeps everything: its number is the script's, which becomes the bench.</summary>
    public string Folder => Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"jobservice-bench-{process.Id}"));

    /// <param name="contests">Words of which a contest's name has one; none for all.</param>
    public static BenchRun Start(params string[] contests)
    {
        var root = Built("Root");
        var start = new ProcessStartInfo("bash", [Path.Combine(root, "bench", "run"), "--smoke", .. contests])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["JOBSERVICE_BENCH_BUILD"] = Built("Build");
        start.Environment["TMPDIR"] = Path.GetTempPath();
        return new BenchRun(Process.Start(start)!);
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <summary>As whoever stops it does. Not by SIGINT: a shell that runs the tests beside others has them ignore it, and their children with them.</summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await InterruptAsync();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static string Built(string key) =>
        typeof(BenchRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => string.Equals(item.Key, key, StringComparison.Ordinal)).Value!;
}
