using System.Diagnostics;
using System.Globalization;
using JobService.Core.Storage.Embedded;

namespace JobService.Bench.Cluster;

/// <summary>Where everything of one run lies: gone at its end, or, where it was killed, at the next one's start.</summary>
internal sealed class BenchFolder : IDisposable
{
    private const string Prefix = "jobservice-bench-";

    /// <summary>Not <c>/tmp</c> unless it is asked for: on many a system that is in memory, which has little room and makes nothing durable.</summary>
    private static readonly string Parent = Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 0 } named ? named : "/var/tmp";

    public string Path { get; } = System.IO.Path.Combine(Parent, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}"));

    public string Postgres => System.IO.Path.Combine(Path, "postgres");

    public string Redis => System.IO.Path.Combine(Path, "redis");

    /// <summary>Ends the servers that killed runs left, which may have filled many gigabytes.</summary>
    public static async Task ClearOrphansAsync()
    {
        foreach (var orphan in Directory.EnumerateDirectories(Parent, Prefix + "*").Where(IsOrphan))
        {
            try
            {
                if (await ServerProcess.FindAsync(new ClusterFolder(System.IO.Path.Combine(orphan, "postgres")).Cluster, CancellationToken.None) is { } left)
                    await left.KillAsync(CancellationToken.None);
                Directory.Delete(orphan, recursive: true);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                // It is another user's, or the server still writes as it ends: the next run again.
            }
        }
    }

    /// <summary>From now on this process and its children put here what is temporary.</summary>
    public void TakeTemporary() => Environment.SetEnvironmentVariable("TMPDIR", Path);

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    private static bool IsOrphan(string folder)
    {
        if (!int.TryParse(System.IO.Path.GetFileName(folder)[Prefix.Length..], CultureInfo.InvariantCulture, out var owner))
            return false;
        try
        {
            using var process = Process.GetProcessById(owner);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
