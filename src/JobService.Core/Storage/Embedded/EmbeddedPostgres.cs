using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace JobService.Core.Storage.Embedded;

/// <summary>
/// A private, real PostgreSQL in a folder: made once, started by the first service that uses the folder, stopped by the last.
/// A server that a killed service left running is adopted. It listens on 127.0.0.1 only, on any free port, and asks for a password.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    private const int StartTries = 3;
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);

    private readonly PostgresBinaries binaries;
    private readonly ClusterFolder folder;
    private readonly string password;
    private readonly IAsyncDisposable use;
    private readonly ILogger logger;

    private EmbeddedPostgres(PostgresBinaries binaries, ClusterFolder folder, string password, ILogger logger)
    {
        (this.binaries, this.folder, this.password, this.logger) = (binaries, folder, password, logger);
        use = folder.Join();
    }

    /// <summary>Whether the server was running already.</summary>
    public bool IsAdopted { get; private set; }

    public int Port { get; private set; }

    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = ClusterFolder.UserName,
        Password = password,
        Database = ClusterFolder.UserName,
    }.ConnectionString;

    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedSettings settings, ILogger log, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var home = new ClusterFolder(settings.DataFolder);
        await home.OpenAsync(cancellationToken);
        await using var door = await home.EnterAsync(cancellationToken);

        var programs = await PostgresBinaries.FindAsync(settings.BinariesFolder, home.Major, log, cancellationToken);
        var secret = await home.PasswordAsync(cancellationToken);
        await home.MakeClusterAsync(programs, secret, settings.ServerSettings, cancellationToken);

        var server = new EmbeddedPostgres(programs, home, secret, log);
        try
        {
            await server.StartAsync(cancellationToken);
            await server.CreateDatabaseAsync(cancellationToken);
        }
        catch
        {
            await server.LeaveAsync();
            throw;
        }

        LogReady(log, programs.Major, server.Port, home.Path, server.IsAdopted, (long)Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        return server;
    }

    /// <summary>Stops the server: <c>fast</c> ends its sessions and writes everything down, <c>immediate</c> is a crash.</summary>
    public Task StopAsync(string mode, CancellationToken cancellationToken) =>
        ServerCommand.RunAsync(binaries.PgCtl, ["stop", "-D", folder.Cluster, "-m", mode, "-w"], cancellationToken);

    /// <summary>Starts a stopped server again on the port it had.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        await StartOnAsync(Port, cancellationToken);
        if (!await IsReadyAsync(cancellationToken))
            throw new InvalidOperationException($"PostgreSQL ended at once; '{folder.Log}' says why.");
    }

    public async ValueTask DisposeAsync()
    {
        await using var door = await folder.EnterAsync(CancellationToken.None);
        await LeaveAsync();
    }

    /// <summary>Stops the server unless another service on the same folder uses it; behind the door.</summary>
    private async Task LeaveAsync()
    {
        await use.DisposeAsync();
        if (!await folder.IsUnusedAsync() || await ServerProcess.FindAsync(folder.Cluster, CancellationToken.None) is null)
            return;
        await StopAsync("fast", CancellationToken.None);
        LogStopped(logger, folder.Path);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var running = await ServerProcess.FindAsync(folder.Cluster, cancellationToken);
            IsAdopted = running is not null;
            Port = running?.Port ?? await StartOnFreePortAsync(cancellationToken);

            // One that a killed service was stopping ends before it is ready: then it is our turn.
            if (await IsReadyAsync(cancellationToken))
                return;
            if (tries == StartTries)
                throw new InvalidOperationException($"PostgreSQL in '{folder.Path}' does not stay up; '{folder.Log}' says why.");
        }
    }

    private async Task<int> StartOnFreePortAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                var port = FreePort();
                await StartOnAsync(port, cancellationToken);
                return port;
            }
            catch (InvalidOperationException e) when (tries < StartTries && e.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
                // Someone took the port between our look and the server's: another one.
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task StartOnAsync(int port, CancellationToken cancellationToken)
    {
        // Left in place, PostgreSQL would respect any process that has its number now.
        if (await ServerProcess.IsLeftoverAsync(folder.Cluster, cancellationToken))
            File.Delete(ServerProcess.PidFile(folder.Cluster));
        if (!File.Exists(folder.Log))
        {
            await File.WriteAllBytesAsync(folder.Log, [], cancellationToken);
            await ServerCommand.HandOverAsync(folder.Log, cancellationToken);
        }

        var logged = new FileInfo(folder.Log).Length;
        try
        {
            // pg_ctl gives the server a session of its own, so Ctrl+C on the service does not reach it before we stop it in order.
            await ServerCommand.RunAsync(
                binaries.PgCtl,
                ["start", "-D", folder.Cluster, "-l", folder.Log, "-w", "-t", ReadyWithin.TotalSeconds.ToString(CultureInfo.InvariantCulture), "-o", $"-p {port}"],
                cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"PostgreSQL in '{folder.Path}' did not start: {await LoggedSinceAsync(logged, cancellationToken)}", e);
        }
    }

    private async Task<string> LoggedSinceAsync(long position, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(folder.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(position, SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync(cancellationToken)).Trim();
    }

    /// <summary>Waits until the server answers; false when it ended instead.</summary>
    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ReadyWithin);
        while (true)
        {
            try
            {
                await using var connection = await OpenAsync(cancellationToken);
                return true;
            }
            catch (NpgsqlException e) when (e.IsTransient && !timeout.IsCancellationRequested)
            {
                // It recovers from a crash, or is starting for whoever left it to us.
                if (await ServerProcess.FindAsync(folder.Cluster, cancellationToken) is null)
                    return false;
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            }
        }
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var find = new NpgsqlCommand(SqlText.Read("find_database"), connection);
        if (await find.ExecuteScalarAsync(cancellationToken) is true)
            return;
        await using var create = new NpgsqlCommand(SqlText.Read("create_database"), connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
