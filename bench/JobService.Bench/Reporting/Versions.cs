using System.Text.Json;
using System.Xml.Linq;
using JobService.Bench.Measuring;

namespace JobService.Bench.Reporting;

/// <summary>Of what the figures were taken, as it says itself.</summary>
internal static class Versions
{
    /// <summary>The commit of the service, with a mark where it is not all committed.</summary>
    public static Task<string> ServiceAsync() => AskAsync("git", "-C", Places.Bench, "describe", "--always", "--dirty");

    /// <summary>The peers, as their folders pin them, and what brings itself.</summary>
    public static async Task<string> PeersAsync() => string.Join(", ",
    [
        .. Directory.EnumerateDirectories(Places.Peers).Order(StringComparer.Ordinal).SelectMany(OfFolder).Distinct(StringComparer.Ordinal),
        $"Celery {await AskAsync("/usr/bin/python3", "-c", "import celery; print(celery.__version__)")}",
        await AskAsync("redis-server", "--version"),
    ]);

    public static string Processor() =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : "unknown processor";

    private static IEnumerable<string> OfFolder(string folder) =>
        Directory.EnumerateFiles(folder, "package.json").SelectMany(OfPackage).Concat(Directory.EnumerateFiles(folder, "*.csproj").SelectMany(OfProject));

    private static IEnumerable<string> OfPackage(string file)
    {
        using var package = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (var group in (string[])["dependencies", "optionalDependencies"])
        {
            foreach (var dependency in package.RootElement.GetProperty(group).EnumerateObject().Where(dependency => !dependency.Name.EndsWith("arm64", StringComparison.Ordinal)))
                yield return $"{dependency.Name} {dependency.Value.GetString()}";
        }
    }

    private static IEnumerable<string> OfProject(string file) => XDocument.Load(file).Descendants("PackageReference")
        .Select(reference => $"{reference.Attribute("Include")?.Value} {reference.Attribute("Version")?.Value}");

    private static async Task<string> AskAsync(string program, params string[] arguments)
    {
        try
        {
            return (await ChildProcess.OutputAsync(program, arguments)).Trim();
        }
        catch (InvalidOperationException)
        {
            return "not installed";
        }
    }
}
