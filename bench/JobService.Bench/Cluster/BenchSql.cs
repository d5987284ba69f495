using System.Reflection;

namespace JobService.Bench.Cluster;

/// <summary>The statements of <c>Sql/</c>.</summary>
internal static class BenchSql
{
    /// <param name="name">Of the file.</param>
    /// <param name="numbers">What <c>{name}</c> is replaced by.</param>
    public static string Read(string name, params (string Name, int Value)[] numbers)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new ArgumentException($"There is no {name}.sql.", nameof(name));
        using var reader = new StreamReader(stream);
        return numbers.Aggregate(reader.ReadToEnd(), (sql, number) =>
            sql.Replace($"{{{number.Name}}}", FormattableString.Invariant($"{number.Value}"), StringComparison.Ordinal));
    }
}
