using System.Reflection;

namespace JobService.Bench.Cluster;

/// <summary>The statements of <c>Sql/</c>.</summary>
internal static class BenchSql
{
    public static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new ArgumentException($"There is no {name}.sql.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
