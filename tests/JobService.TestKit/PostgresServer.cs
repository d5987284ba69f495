using System.Diagnostics;
using System.Globalization;
using JobService.Core.Storage.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobService.TestKit;

/// <summary>
/// A PostgreSQL of the tests' own, by the code the service uses in Development. It lives in a temporary folder named after
/// this process, so that what a killed run left behind is found and cleared away by the next.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string FolderPrefix = "jobservice-test-";

    private readonly string folder;
    private readonly EmbeddedPostgres server;

    private PostgresServer(string folder, EmbeddedPostgres server)
    {
        this.folder = folder;
        this.server = server;
    }

    public string ConnectionString => server.ConnectionString;

    /// <param name="isDurable">Whether a crash must lose nothing; without, tests are quicker.</param>
    public static async Task<PostgresServer> StartAsync(bool isDurable = false)
    {
        await ClearOrphansAsync();
        var home = Path.Combine(Path.GetTempPath(), $"{FolderPrefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
        var settings = new EmbeddedSettings
        {
            DataFolder = home,
            BinariesFolder = Environment.GetEnvironmentVariable("JOBSERVICE_TEST_POSTGRES_BIN") is { Length: > 0 } binaries ? binaries : null,
            ServerSettings = isDurable
                ? []
                : new Dictionary<string, string>(StringComparer.Ordinal) { ["fsync"] = "off", ["synchronous_commit"] = "off", ["full_page_writes"] = "off" },
        };
        return new PostgresServer(home, await EmbeddedPostgres.StartAsync(settings, NullLogger.Instance, CancellationToken.None));
    }

    /// <summary>Crashes the server: nothing is written down, every connection breaks.</summary>
    public Task CrashAsync() => server.StopAsync("immediate", CancellationToken.None);

    /// <summary>Starts it again, on the port it had.</summary>
    public Task StartAgainAsync() => server.StartAgainAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task ClearOrphansAsync()
    {
        foreach (var orphan in Directory.EnumerateDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            var owner = int.Parse(Path.GetFileName(orphan)[FolderPrefix.Length..].Split('-')[0], CultureInfo.InvariantCulture);
            if (IsAlive(owner))
                continue;

            try
            {
                var settings = new EmbeddedSettings { DataFolder = orphan, BinariesFolder = Environment.GetEnvironmentVariable("JOBSERVICE_TEST_POSTGRES_BIN") };
                if (File.Exists(Path.Combine(orphan, "cluster", "postmaster.pid")))
                    await (await EmbeddedPostgres.StartAsync(settings, NullLogger.Instance, CancellationToken.None)).DisposeAsync();
                Directory.Delete(orphan, recursive: true);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                // Another test process clears it at the same time, or it is another user's.
            }
        }
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
