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

    /// <summary>Ends the server at once, as a crash would; for what nobody will use again.</summary>
    public Task KillAsync(CancellationToken cancellationToken) =>
        ServerCommand.RunAsync("sh", ["-c", $"kill -QUIT {Id.ToString(CultureInfo.InvariantCulture)}"], cancellationToken);

    /// <summary>A server works in its data folder, so the same file must be found there. Asked as the server's user, who alone may look.</summary>
    private static async Task<bool> IsServerAsync(string[] lines, CancellationToken cancellationToken)
    {
        try
        {
            if (!Directory.Exists("/proc/self"))
                return (await ServerCommand.RunAsync("ps", ["-p", lines[0], "-o", "comm="], cancellationToken)).Contains("postgres", StringComparison.Ordinal);
            var there = await ServerCommand.RunAsync("cat", [$"/proc/{lines[0]}/cwd/postmaster.pid"], cancellationToken);
            return there.Split('\n').Take(LinesThatStay).SequenceEqual(lines.Take(LinesThatStay), StringComparer.Ordinal);
        }
        catch (InvalidOperationException)
        {
            return false;
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
