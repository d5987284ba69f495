using JobService.Core.Storage.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobService.TestKit;

/// <summary>A PostgreSQL of the tests' own, by the code the service uses in Development, in a temporary folder.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly TestFolder folder;
    private readonly EmbeddedPostgres server;

    private PostgresServer(TestFolder folder, EmbeddedPostgres server)
    {
        this.folder = folder;
        this.server = server;
    }

    public string ConnectionString => server.ConnectionString;

    /// <summary>Where PostgreSQL's programs are, by <c>JOBSERVICE_TEST_POSTGRES_BIN</c>; null to look for them.</summary>
    internal static string? Binaries => Environment.GetEnvironmentVariable("JOBSERVICE_TEST_POSTGRES_BIN") is { Length: > 0 } folder ? folder : null;

    /// <param name="isDurable">Whether a crash must lose nothing; without, tests are quicker.</param>
    public static async Task<PostgresServer> StartAsync(bool isDurable = false)
    {
        await ClearOrphansAsync();
        var home = new TestFolder(inMemory: !isDurable);
        var started = await EmbeddedPostgres.StartAsync(Settings(home.Path, isDurable), NullLogger.Instance, CancellationToken.None);
        return new PostgresServer(home, started);
    }

    /// <summary>Crashes the server: nothing is written down, every connection breaks.</summary>
    public Task CrashAsync() => server.StopAsync("immediate", CancellationToken.None);

    /// <summary>Stops each of the server's processes where it is: connections stay open, and nobody answers. <see cref="ThawAsync"/> lets them go on.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>Lets a frozen server go on: it does what it was asked meanwhile.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Starts it again, on the port it had.</summary>
    public Task StartAgainAsync() => server.StartAgainAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>To the postmaster first: it starts nothing more then.</summary>
    private async Task SignalAsync(string signal)
    {
        var postmaster = await ServerProcess.FindAsync(new ClusterFolder(folder.Path).Cluster, CancellationToken.None)
            ?? throw new InvalidOperationException("No server runs.");
        await ServerCommand.RunAsync("sh", ["-c", $"kill -{signal} {postmaster.Id}; pkill -{signal} -P {postmaster.Id}"], CancellationToken.None);
    }

    internal static EmbeddedSettings Settings(string folder, bool isDurable = false) => new()
    {
        DataFolder = folder,
        BinariesFolder = Binaries,
        ServerSettings = isDurable
            ? new Dictionary<string, string>(StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal) { ["fsync"] = "off", ["synchronous_commit"] = "off", ["full_page_writes"] = "off" },
    };

    /// <summary>Ends the servers that killed test runs left behind.</summary>
    internal static async Task ClearOrphansAsync()
    {
        foreach (var orphan in TestFolder.Orphans())
        {
            try
            {
                if (await ServerProcess.FindAsync(new ClusterFolder(orphan).Cluster, CancellationToken.None) is { } left)
                    await left.KillAsync(CancellationToken.None);
                Directory.Delete(orphan, recursive: true);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                // Another test process clears it at the same time, or it is another user's, or the server still writes as it ends: the next run again.
            }
        }
    }
}
