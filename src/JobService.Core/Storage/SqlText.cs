using System.Reflection;

namespace JobService.Core.Storage;

/// <summary>The statements of <c>Storage/Sql</c>, one a file, run as written.</summary>
internal static class SqlText
{
    /// <summary>The text of <c>Sql/{name}.sql</c>.</summary>
    public static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Sql/{name}.sql")
            ?? throw new ArgumentException($"There is no statement {name}.sql.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
