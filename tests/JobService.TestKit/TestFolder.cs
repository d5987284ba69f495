using System.Diagnostics;
using System.Globalization;

namespace JobService.TestKit;

/// <summary>A temporary folder that is named after this process, so that the next run finds what a killed one left behind.</summary>
public sealed class TestFolder : IDisposable
{
    private const string Prefix = "jobservice-test-";

    public string Path { get; } = System.IO.Path.Combine(
        System.IO.Path.GetTempPath(),
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}"));

    /// <summary>The folders of processes that are gone.</summary>
    public static IEnumerable<string> Orphans() =>
        Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*").Where(folder =>
            int.TryParse(System.IO.Path.GetFileName(folder)[Prefix.Length..].Split('-')[0], CultureInfo.InvariantCulture, out var owner) && !IsAlive(owner));

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
