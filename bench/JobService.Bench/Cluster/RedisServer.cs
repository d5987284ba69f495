using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using JobService.Bench.Measuring;

namespace JobService.Bench.Cluster;

/// <summary>A Redis of the bench's own, with the durability that its users run: an append-only file, synced each second.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly ChildProcess server;

    private RedisServer(ChildProcess server, int port) => (this.server, Url) = (server, FormattableString.Invariant($"redis://127.0.0.1:{port}"));

    public string Url { get; }

    /// <summary>Null where Redis is not installed.</summary>
    public static async Task<RedisServer?> TryStartAsync(string folder)
    {
        var port = FreePort();
        Directory.CreateDirectory(folder);
        try
        {
            var started = ChildProcess.Start(
                "redis-server",
                ["--bind", "127.0.0.1", "--port", FormattableString.Invariant($"{port}"), "--dir", folder, "--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction", "--save", ""]);
            await WaitAsync(port);
            return new RedisServer(started, port);
        }
        catch (InvalidOperationException e) when (e.InnerException is Win32Exception)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static async Task WaitAsync(int port)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (tries < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
