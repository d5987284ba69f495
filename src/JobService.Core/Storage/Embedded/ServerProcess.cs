using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace JobService.Core.Storage.Embedded;

/// <summary>The running server of a cluster, as it describes itself in <c>postmaster.pid</c>.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed record ServerProcess(int Id, int Port)
{
    private const int LinesThatStay = 4;

    public static string PidFile(string cluster) => Path.Combine(cluster, "postmaster.pid");

    /// <summary>Null when nothing runs, whatever the file says: its number may have gone to another process since.</summary>
    public static async Task<ServerProcess?> FindAsync(string cluster, CancellationToken cancellationToken)
    {
        if (await ReadAsync(PidFile(cluster), cancellationToken) is not [var id, _, _, var port, ..] lines || !await IsServerAsync(lines, cancellationToken))
            return null;
        return new ServerProcess(int.Parse(id, CultureInfo.InvariantCulture), int.Parse(port, CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Whether <c>postmaster.pid</c> tells of a server that is gone for sure: there is no such process, or it is provably another. In doubt it
    /// is not: PostgreSQL judges for itself then, and two servers on one cluster would destroy it.
    /// </summary>
    public static async Task<bool> IsLeftoverAsync(string cluster, CancellationToken cancellationToken)
    {
        if (await ReadAsync(PidFile(cluster), cancellationToken) is not [var id, ..] lines || !int.TryParse(id, CultureInfo.InvariantCulture, out var number))
            return true;

        // Where a server works tells whose it is, to whoever may look: another user, or one without /proc, can't tell.
        return !MayBePostgres(number)
            || (await AskAsync("readlink", [$"/proc/{id}/cwd"], cancellationToken) is not null && !await IsServerAsync(lines, cancellationToken));
    }

    /// <summary>Ends the server at once, as a crash would; for what nobody will use again.</summary>
    public Task KillAsync(CancellationToken cancellationToken) =>
        ServerCommand.RunAsync("sh", ["-c", $"kill -QUIT {Id.ToString(CultureInfo.InvariantCulture)}"], cancellationToken);

    /// <summary>A server works in its data folder, so the same file must be found there. Asked as the server's user, who alone may look.</summary>
    private static async Task<bool> IsServerAsync(string[] lines, CancellationToken cancellationToken) => Directory.Exists("/proc/self")
        ? await AskAsync("cat", [$"/proc/{lines[0]}/cwd/postmaster.pid"], cancellationToken) is { } there
            && there.Split('\n').Take(LinesThatStay).SequenceEqual(lines.Take(LinesThatStay), StringComparer.Ordinal)
        : await AskAsync("ps", ["-p", lines[0], "-o", "comm="], cancellationToken) is { } name && name.Contains("postgres", StringComparison.Ordinal);

    private static bool MayBePostgres(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal);
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // There is one, and it does not say what it is.
            return true;
        }
    }

    /// <summary>What a program says, run as the server's user; null where it ended with an error.</summary>
    private static async Task<string?> AskAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await ServerCommand.RunAsync(program, arguments, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static async Task<string[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllLinesAsync(file, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }
}
