using System.Reflection;
using ArchUnitNET.Loader;
using ReflectionAssembly = System.Reflection.Assembly;

namespace JobService.Architecture.Tests;

/// <summary>The product as the rules see it: its types with what they use, and its source files.</summary>
internal static class Product
{
    public static readonly ReflectionAssembly Core = typeof(Core.Jobs.JobId).Assembly;
    public static readonly ReflectionAssembly Worker = typeof(Worker.WorkerOptions).Assembly;
    public static readonly ReflectionAssembly Api = ReflectionAssembly.Load("JobService.Api");

    public static readonly ArchUnitNET.Domain.Architecture Types = new ArchLoader().LoadAssemblies(Core, Worker, Api, typeof(Product).Assembly).Build();

    public static readonly string Root =
        typeof(Product).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => string.Equals(item.Key, "Root", StringComparison.Ordinal)).Value!;

    public static IEnumerable<SourceFile> Sources(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
        .Select(path => new SourceFile(Path.GetRelativePath(Root, path), File.ReadAllText(path)));

    public static IEnumerable<SourceFile> Statements() => Directory
        .EnumerateFiles(Path.Combine(Root, "src/JobService.Core/Storage/Sql"), "*.sql")
        .Select(path => Page(Path.GetRelativePath(Root, path)));

    /// <summary>The code that sees only what is public of a project: other projects, samples, and what the guides show.</summary>
    public static SourceFile[] Users(string project) =>
    [
        .. Sources("src").Where(file => !file.Path.StartsWith($"src/{project}/", StringComparison.Ordinal)),
        .. Sources("samples"),
        .. Pages().Where(page => page.Path.StartsWith("docs/guides/", StringComparison.Ordinal)),
    ];

    /// <summary>The pages people read.</summary>
    public static IEnumerable<SourceFile> Pages() => ((string[])[".", "docs", "samples"])
        .SelectMany(folder => Directory.EnumerateFiles(
            Path.Combine(Root, folder), "*.md", folder is "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories))
        .Select(path => Page(Path.GetRelativePath(Root, path)));

    public static SourceFile Page(string path) => new(path, File.ReadAllText(Path.Combine(Root, path)));
}
