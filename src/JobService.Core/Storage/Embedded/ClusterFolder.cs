using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace JobService.Core.Storage.Embedded;

/// <summary>The home of a private server: its cluster, its password, its log, and the locks of the services that share it.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ClusterFolder(string path)
{
    public const string UserName = "jobservice";

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string Cluster => In("cluster");

    public string Log => In("server.log");

    /// <summary>The version of PostgreSQL that made the cluster; null before there is one.</summary>
    public int? Major
    {
        get
        {
            var version = System.IO.Path.Combine(Cluster, "PG_VERSION");
            return File.Exists(version) ? int.Parse(File.ReadAllText(version).Trim(), CultureInfo.InvariantCulture) : null;
        }
    }

    /// <summary>Alone with the server, to start or stop it.</summary>
    public Task<IAsyncDisposable> EnterAsync(CancellationToken cancellationToken) => FolderLock.TakeAsync(In("door"), cancellationToken);

    /// <summary>Held for as long as the server is used.</summary>
    public IAsyncDisposable Join() => FolderLock.Share(In("users"));

    /// <summary>Whether no service uses the server any more; asked behind the door, so that none can come in meanwhile.</summary>
    public async Task<bool> IsUnusedAsync()
    {
        await using var alone = FolderLock.TryTake(In("users"));
        return alone is not null;
    }

    /// <exception cref="InvalidOperationException">The server's user can't get there; the message says what to do.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (ServerCommand.User is not { } user)
        {
            Directory.CreateDirectory(Path);
            return;
        }

        MakePassable(Path);
        LetPass(Path);
        try
        {
            await ServerCommand.RunAsync("test", ["-x", Path], cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException(
                $"PostgreSQL does not run as root, and the user '{user}' that it runs as can't reach '{Path}'. "
                + "Choose another folder, for example JobService__Database__DataFolder=/var/lib/jobservice, or start the service as another user.",
                e);
        }
    }

    /// <summary>The password of the server's one user, made with the cluster and never shown.</summary>
    public async Task<string> PasswordAsync(CancellationToken cancellationToken)
    {
        var file = In("password");
        if (File.Exists(file))
            return await File.ReadAllTextAsync(file, cancellationToken);
        if (Directory.Exists(Cluster))
            throw new InvalidOperationException($"'{file}' is missing, and without it the server beside it can't be used. Put it back, or choose another data folder.");

        var made = Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        await WriteSecretAsync(file + ".new", made, cancellationToken);
        File.Move(file + ".new", file);
        return made;
    }

    /// <summary>Makes the cluster beside its place and moves it there when it is whole: a killed run leaves none, never half of one.</summary>
    public async Task MakeClusterAsync(
        PostgresBinaries binaries, string password, IReadOnlyDictionary<string, string> serverSettings, CancellationToken cancellationToken)
    {
        if (Directory.Exists(Cluster))
            return;

        var workshop = In("cluster.new");
        if (Directory.Exists(workshop))
            Directory.Delete(workshop, recursive: true);
        Directory.CreateDirectory(workshop);
        var secretFile = System.IO.Path.Combine(workshop, "secret");
        var made = System.IO.Path.Combine(workshop, "made");
        await WriteSecretAsync(secretFile, password, cancellationToken);
        await ServerCommand.HandOverAsync(workshop, cancellationToken);
        await ServerCommand.RunAsync(
            binaries.InitDb,
            ["-D", made, "-U", UserName, "-A", "scram-sha-256", $"--pwfile={secretFile}", "-E", "UTF8", "--locale=C", "--no-instructions",
             .. serverSettings.GetValueOrDefault("fsync") is "off" ? (string[])["--no-sync"] : []],
            cancellationToken);

        IEnumerable<string> lines =
        [
            "listen_addresses = '127.0.0.1'",
            "unix_socket_directories = ''",
            "max_connections = 200",
            .. serverSettings.Select(setting => $"{setting.Key} = '{setting.Value}'"),
        ];
        await File.AppendAllLinesAsync(System.IO.Path.Combine(made, "postgresql.conf"), lines, cancellationToken);
        Directory.Move(made, Cluster);
        Directory.Delete(workshop, recursive: true);
    }

    /// <summary>Makes a folder and those above it that are missing, passable under a strict umask too. What was there above it keeps its rights.</summary>
    private static void MakePassable(string path)
    {
        if (Directory.Exists(path))
            return;
        if (System.IO.Path.GetDirectoryName(path) is { } above)
            MakePassable(above);
        Directory.CreateDirectory(path);
        LetPass(path);
    }

    private static void LetPass(string path) =>
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    private static async Task WriteSecretAsync(string file, string text, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
