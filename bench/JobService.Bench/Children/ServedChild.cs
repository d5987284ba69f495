using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using JobService.Bench.Measuring;

namespace JobService.Bench.Children;

/// <summary>A server process: the API of the service as it is published, or what it is compared with.</summary>
internal sealed class ServedChild : IAsyncDisposable
{
    /// <summary>The key of the API under measurement, which runs as in production.</summary>
    public const string Key = "a-key-of-the-bench-that-is-long-enough";

    private readonly Process process;

    private ServedChild(Process process, string url) => (this.process, Url) = (process, url);

    public string Url { get; }

    /// <param name="kind"><c>api</c>, <c>empty</c> (Kestrel alone) or <c>insert</c> (one INSERT a request).</param>
    /// <param name="connection">The database.</param>
    public static async Task<ServedChild> StartAsync(string kind, string connection)
    {
        var url = FormattableString.Invariant($"http://127.0.0.1:{FreePort()}");
        var start = kind is "api"
            ? new ProcessStartInfo(Places.Api, ["--urls", url])
            : new ProcessStartInfo(Environment.ProcessPath!, ["serve", kind, connection, url]);
        start.RedirectStandardOutput = true;
        start.UseShellExecute = false;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ConnectionStrings__JobService"] = connection;
        start.Environment["JobService__Security__ApiKeys__bench"] = Key;
        start.Environment["JobService__Worker__Enabled"] = "false";
        var started = Process.Start(start)!;
        started.OutputDataReceived += (_, _) => { };
        started.BeginOutputReadLine();
        var served = new ServedChild(started, url);
        await served.WaitAsync();
        return served;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task WaitAsync()
    {
        using var http = new HttpClient { BaseAddress = new Uri(Url) };
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var answer = await http.GetAsync("health/ready");
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (tries < 300 && !process.HasExited)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
