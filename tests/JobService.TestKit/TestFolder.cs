using System.Diagnostics;
using System.Globalization;

namespace JobService.TestKit;

/// <summary>A temporary folder that is named after this process, so that the next run finds what a killed one left behind.</summary>
public sealed class TestFolder : IDisposable
{
    private const string Prefix = "jobservice-test-";

    /// <summary>Files in memory, where a system has such.</summary>
    private const string Memory = "/dev/shm";
    private const long NeededMemory = 8L << 30;

    /// <param name="inMemory">
    /// Whether its files may be lost with the machine: they are kept in memory then, if there is plenty. A database of each test is hundreds of files, which some file systems take
    /// longer to make the more of them were deleted lately.
    /// </param>
    public TestFolder(bool inMemory = false)
    {
        var root = inMemory && Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace >= NeededMemory ? Memory : System.IO.Path.GetTempPath();
        Path = System.IO.Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}"));
    }

    public string Path { get; }

    /// <summary>The folders of processes that are gone.</summary>
    public static IEnumerable<string> Orphans() =>
        from root in new[] { System.IO.Path.GetTempPath(), Memory }
        where Directory.Exists(root)
        from folder in Directory.EnumerateDirectories(root, Prefix + "*")
        where int.TryParse(System.IO.Path.GetFileName(folder)[Prefix.Length..].Split('-')[0], CultureInfo.InvariantCulture, out var owner) && !IsAlive(owner)
        select folder;

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
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
