using System.Reflection;

namespace JobService.Core.Storage;

/// <summary>The statements of <c>Storage/Sql</c> and <c>Storage/Migrations</c>, one a file, run as written.</summary>
internal static class SqlText
{
    /// <summary>The text of <c>Sql/{name}.sql</c>.</summary>
    public static string Read(string name) => ReadResource($"Sql/{name}.sql");

    /// <summary>The text of <c>Migrations/{name}.sql</c>.</summary>
    public static string ReadMigration(string name) => ReadResource($"Migrations/{name}.sql");

    private static string ReadResource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new ArgumentException($"There is no {name}.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
