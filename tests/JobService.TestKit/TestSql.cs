using System.Globalization;
using System.Reflection;

namespace JobService.TestKit;

/// <summary>The tests' own statements. They name databases, which no parameter can, so they are filled in.</summary>
internal static class TestSql
{
    public static string Fill(string name, params object[] values)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"{name}.sql")!);
        return string.Format(CultureInfo.InvariantCulture, reader.ReadToEnd(), values);
    }
}
