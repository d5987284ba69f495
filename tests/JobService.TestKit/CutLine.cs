using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace JobService.TestKit;

/// <summary>A line to PostgreSQL that can be cut at the worst moment: the server has done what it was asked to, and its answer is lost.</summary>
public sealed class CutLine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly (string Host, int Port) server;
    private readonly Task accepting;
    private int answersUntilLost;
    private bool isForGood;

    public CutLine(string connectionString)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        server = (address.Host!, address.Port);
        listener.Start();
        address.Host = "127.0.0.1";
        address.Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        ConnectionString = address.ConnectionString;
        accepting = AcceptAsync();
    }

    /// <summary>Where to connect to instead of the server itself.</summary>
    public string ConnectionString { get; }

    /// <summary>How many answers were lost.</summary>
    public int Lost { get; private set; }

    /// <summary>The next answer that the server gives is not passed on: the connection breaks.</summary>
    public void LoseNextAnswer() => LoseAnswer(number: 1);

    /// <summary>One of the next answers is not passed on: the first is 1; with 0 all are.</summary>
    public void LoseAnswer(int number) => Volatile.Write(ref answersUntilLost, number);

    /// <summary>As <see cref="LoseNextAnswer"/>, and from then on the server can't be reached.</summary>
    public void LoseNextAnswerForGood()
    {
        isForGood = true;
        LoseNextAnswer();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var lines = new List<Task>();
        try
        {
            while (true)
                lines.Add(PassOnAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(lines);
        }
    }

    private async Task PassOnAsync(TcpClient client)
    {
        using var caller = client;
        using var called = new TcpClient();
        try
        {
            await called.ConnectAsync(server.Host, server.Port, stop.Token);
            await Task.WhenAny(
                caller.GetStream().CopyToAsync(called.GetStream(), stop.Token),
                AnswerAsync(called.GetStream(), caller.GetStream()));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
            // Either side is gone; so is the other when this returns.
        }
    }

    private async Task AnswerAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, stop.Token)) > 0)
        {
            if (Volatile.Read(ref answersUntilLost) > 0 && Interlocked.Decrement(ref answersUntilLost) == 0)
            {
                Lost++;
                if (isForGood)
                    listener.Stop();
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), stop.Token);
        }
    }
}
