using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace JobService.Bench.Cluster;

/// <summary>A Redis of the bench's own, with the durability that its users run: an append-only file, synced each second.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly Process process;
    private readonly string folder;

    private RedisServer(Process process, string folder, int port) => (this.process, this.folder, Url) = (process, folder, FormattableString.Invariant($"redis://127.0.0.1:{port}"));

    public string Url { get; }

    /// <summary>Null where Redis is not installed.</summary>
    public static async Task<RedisServer?> TryStartAsync()
    {
        var port = FreePort();
        var home = Directory.CreateTempSubdirectory("jobservice-bench-redis").FullName;
        try
        {
            var start = new ProcessStartInfo(
                "redis-server",
                ["--bind", "127.0.0.1", "--port", FormattableString.Invariant($"{port}"), "--dir", home, "--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction", "--save", ""])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            var server = Process.Start(start)!;
            server.OutputDataReceived += (_, _) => { };
            server.BeginOutputReadLine();
            await WaitAsync(port);
            return new RedisServer(server, home, port);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

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
