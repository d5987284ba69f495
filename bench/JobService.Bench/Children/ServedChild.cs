using System.Net;
using System.Net.Sockets;
using JobService.Bench.Measuring;
using JobService.Core.Storage;

namespace JobService.Bench.Children;

/// <summary>A server process: the API of the service as it is published, or what it is compared with.</summary>
internal sealed class ServedChild : IAsyncDisposable
{
    /// <summary>The key of the API under measurement, which runs as in production.</summary>
    public const string Key = "a-key-of-the-bench-that-is-long-enough";

    private const int Tries = 600;

    private readonly ChildProcess process;

    private ServedChild(ChildProcess process, string url) => (this.process, Url) = (process, url);

    public string Url { get; }

    /// <param name="kind"><c>api</c>, <c>empty</c> (Kestrel alone) or <c>insert</c> (one INSERT a request).</param>
    /// <param name="connection">The database.</param>
    /// <param name="pool">How many connections to the database the INSERTs may take.</param>
    /// <param name="environment">What else its process is told.</param>
    public static async Task<ServedChild> StartAsync(
        string kind, string connection, int pool = DatabaseOptions.DefaultMaxConnections, params (string Name, string Value)[] environment)
    {
        var url = FormattableString.Invariant($"http://127.0.0.1:{FreePort()}");
        var (program, arguments) = kind is "api" ? (Places.Api, (string[])["--urls", url]) : (Environment.ProcessPath!, ["serve", kind, connection, FormattableString.Invariant($"{pool}"), url]);
        var served = new ServedChild(
            ChildProcess.Start(
                program, arguments,
                [
                    ("ASPNETCORE_ENVIRONMENT", "Production"),
                    ("ConnectionStrings__JobService", connection),
                    ("JobService__Security__ApiKeys__bench", Key),
                    ("JobService__Worker__Enabled", "false"),

                    // The API's own setting, for what it is compared with.
                    ("DOTNET_gcServer", "1"),
                    .. environment,
                ]),
            url);
        await served.WaitAsync();
        return served;
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private async Task WaitAsync()
    {
        using var http = new HttpClient { BaseAddress = new Uri(Url) };
        for (var tries = 0; tries < Tries && !process.HasExited; tries++)
        {
            try
            {
                using var answer = await http.GetAsync("health/ready");
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        throw new InvalidOperationException(process.HasExited ? await process.LastWordsAsync() : $"{Url}/health/ready does not become ready.");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
