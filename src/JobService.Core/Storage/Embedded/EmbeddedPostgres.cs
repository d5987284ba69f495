using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace JobService.Core.Storage.Embedded;

/// <summary>
/// A private, real PostgreSQL in a folder: made once, started with the service, stopped with it. A server that a killed
/// service left running is adopted. It listens on 127.0.0.1 only, on any free port, and asks for a password.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string UserName = "jobservice";
    private const int StartTries = 3;
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);

    private readonly PostgresBinaries binaries;
    private readonly string cluster;
    private readonly string log;
    private readonly string password;
    private readonly FileStream? ownership;

    private EmbeddedPostgres(PostgresBinaries binaries, string folder, string password, FileStream? ownership)
    {
        (this.binaries, this.password, this.ownership) = (binaries, password, ownership);
        cluster = ClusterIn(folder);
        log = Path.Combine(folder, "server.log");
    }

    /// <summary>Whether the server was running already.</summary>
    public bool IsAdopted { get; private set; }

    public int Port { get; private set; }

    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = UserName,
        Password = password,
        Database = UserName,
    }.ConnectionString;

    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedSettings settings, ILogger log, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(settings.DataFolder);
        Directory.CreateDirectory(folder);
        await RequireReachableAsync(folder, cancellationToken);

        var programs = await PostgresBinaries.FindAsync(settings.BinariesFolder, MajorOf(folder), CacheFolder(folder), log, cancellationToken);
        var owner = TryOwn(folder);
        var secret = await PasswordAsync(folder, cancellationToken);
        if (!Directory.Exists(ClusterIn(folder)))
            await MakeClusterAsync(programs, folder, secret, settings, cancellationToken);

        var server = new EmbeddedPostgres(programs, folder, secret, owner);
        await server.StartAsync(cancellationToken);
        await server.CreateDatabaseAsync(cancellationToken);
        return server;
    }

    /// <summary>Starts the server, or finds it running.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        IsAdopted = await IsRunningAsync(cancellationToken);
        for (var tries = 1; !IsAdopted; tries++)
        {
            try
            {
                await StartOnFreePortAsync(cancellationToken);
                break;
            }
            catch (InvalidOperationException) when (tries < StartTries && Log().Contains("Address already in use", StringComparison.Ordinal))
            {
                // Someone took the port between our look and the server's: another one.
            }
        }

        Port = int.Parse((await File.ReadAllLinesAsync(Path.Combine(cluster, "postmaster.pid"), cancellationToken))[3], CultureInfo.InvariantCulture);
        await WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>Stops the server: <c>fast</c> ends its sessions and writes everything down, <c>immediate</c> is a crash.</summary>
    public Task StopAsync(string mode, CancellationToken cancellationToken) =>
        ServerCommand.RunAsync(binaries.PgCtl, ["stop", "-D", cluster, "-m", mode, "-w"], cancellationToken);

    /// <summary>Starts a stopped server again on the port it had.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        await StartOnAsync(Port, cancellationToken);
        await WaitUntilReadyAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        // Another service on the same folder goes on using a server that is not ours to stop.
        if (ownership is null)
            return;
        if (await IsRunningAsync(CancellationToken.None))
            await StopAsync("fast", CancellationToken.None);
        await ownership.DisposeAsync();
    }

    private static string ClusterIn(string folder) => Path.Combine(folder, "cluster");

    /// <summary>Beside the data, so that whoever may run the server may read its programs.</summary>
    private static string CacheFolder(string folder) => Path.Combine(Path.GetDirectoryName(folder) ?? folder, "jobservice-postgres");

    private static int? MajorOf(string folder)
    {
        var version = Path.Combine(ClusterIn(folder), "PG_VERSION");
        return File.Exists(version) ? int.Parse(File.ReadAllText(version).Trim(), CultureInfo.InvariantCulture) : null;
    }

    private static FileStream? TryOwn(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "owner"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task RequireReachableAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            await ServerCommand.RunAsync("test", ["-x", folder], cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException(
                $"PostgreSQL does not run as root, and the user '{ServerCommand.User}' that it runs as can't reach '{folder}'. "
                + "Choose another folder with JobService__Database__DataFolder, or start the service as another user.",
                e);
        }
    }

    private static async Task<string> PasswordAsync(string folder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "password");
        if (File.Exists(file))
            return await File.ReadAllTextAsync(file, cancellationToken);

        var made = Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        await WriteSecretAsync(file, made, cancellationToken);
        return made;
    }

    private static async Task WriteSecretAsync(string file, string text, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text), cancellationToken);
    }

    /// <summary>Makes the cluster beside its place and moves it there when it is whole: a killed run leaves none, never half of one.</summary>
    private static async Task MakeClusterAsync(
        PostgresBinaries programs, string folder, string secret, EmbeddedSettings settings, CancellationToken cancellationToken)
    {
        var workshop = Path.Combine(folder, "cluster.new");
        if (Directory.Exists(workshop))
            Directory.Delete(workshop, recursive: true);
        Directory.CreateDirectory(workshop);
        var secretFile = Path.Combine(workshop, "secret");
        var made = Path.Combine(workshop, "made");
        await WriteSecretAsync(secretFile, secret, cancellationToken);
        await ServerCommand.HandOverAsync(workshop, cancellationToken);
        await ServerCommand.RunAsync(
            programs.InitDb,
            ["-D", made, "-U", UserName, "-A", "scram-sha-256", $"--pwfile={secretFile}", "-E", "UTF8", "--locale=C", "--no-instructions"],
            cancellationToken);

        IEnumerable<string> lines =
        [
            "listen_addresses = '127.0.0.1'",
            "unix_socket_directories = ''",
            "max_connections = 100",
            .. settings.ServerSettings.Select(setting => $"{setting.Key} = '{setting.Value}'"),
        ];
        await File.AppendAllLinesAsync(Path.Combine(made, "postgresql.conf"), lines, cancellationToken);
        Directory.Move(made, ClusterIn(folder));
        Directory.Delete(workshop, recursive: true);
    }

    private async Task StartOnFreePortAsync(CancellationToken cancellationToken)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        await StartOnAsync(port, cancellationToken);
    }

    private async Task StartOnAsync(int port, CancellationToken cancellationToken)
    {
        if (!File.Exists(log))
        {
            await File.WriteAllBytesAsync(log, [], cancellationToken);
            await ServerCommand.HandOverAsync(log, cancellationToken);
        }

        // pg_ctl gives the server a session of its own, so Ctrl+C on the service does not reach it before we stop it in order.
        await ServerCommand.RunAsync(
            binaries.PgCtl,
            ["start", "-D", cluster, "-l", log, "-w", "-t", ReadyWithin.TotalSeconds.ToString(CultureInfo.InvariantCulture), "-o", $"-p {port}"],
            cancellationToken);
    }

    private async Task<bool> IsRunningAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ServerCommand.RunAsync(binaries.PgCtl, ["status", "-D", cluster], cancellationToken);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ReadyWithin);
        while (true)
        {
            try
            {
                await using var connection = await OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException e) when (!timeout.IsCancellationRequested && e is not PostgresException { SqlState: PostgresErrorCodes.InvalidPassword })
            {
                // It recovers from a crash, or is starting for whoever left it to us.
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
        try
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another service on the same folder was quicker.
        }
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

    private string Log() => File.Exists(log) ? File.ReadAllText(log) : "";
}
