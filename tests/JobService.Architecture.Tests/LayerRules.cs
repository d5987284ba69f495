using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;

namespace JobService.Architecture.Tests;

/// <summary>Who may know whom. Each rule takes the root namespace it looks at, so that a control can be given to it, and returns what breaks it.</summary>
internal static class LayerRules
{
    /// <summary>Features of Core import downwards only.</summary>
    public static IEnumerable<string> FeaturesImportDownwards(string root) =>
        from edge in Uses(root)
        let user = Segment(edge.From, root)
        let used = Segment(edge.To, root)
        where user is not null && used is not null && !FeatureMap.Allows(user, used)
        select $"{edge.From} → {edge.To}";

    /// <summary>Every feature has its place on the map.</summary>
    public static IEnumerable<string> FeaturesAreOnTheMap(string root) => Types(root)
        .Select(type => Segment(type.FullName, root))
        .OfType<string>()
        .Where(feature => FeatureMap.LevelOf(feature) < 0)
        .Distinct(StringComparer.Ordinal);

    /// <summary>What is used where its fence has no gate.</summary>
    public static IEnumerable<string> Over(Fence fence) =>
        from root in fence.Projects
        from edge in Uses(root)
        where edge.To.StartsWith(fence.Library, StringComparison.Ordinal) && fence.Gate?.Invoke(edge.From) is not true
        select $"{edge.From} → {edge.To}";

    private static IEnumerable<(string From, string To)> Uses(string root) => Types(root)
        .SelectMany(type => type.GetTypeDependencies(), (type, target) => (type.FullName, target.FullName))
        .Concat(UsesOfProgram(root));

    private static IEnumerable<IType> Types(string root) =>
        Product.Types.Types.Where(type => type.FullName.StartsWith(root + ".", StringComparison.Ordinal));

    /// <summary>The loader of types does not look into an asynchronous entry point, so what that knows is what its file says it uses.</summary>
    private static IEnumerable<(string From, string To)> UsesOfProgram(string root) =>
        from file in Product.Sources("src")
        where string.Equals(file.Path, $"src/{root}/Program.cs", StringComparison.Ordinal)
        from line in file.Text.Split('\n')
        where line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';')
        select (Fence.Program, line["using ".Length..^1] + ".");

    /// <summary>The feature, which is the part of the name after the root; null for a type at the root itself.</summary>
    private static string? Segment(string fullName, string root)
    {
        if (!fullName.StartsWith(root + ".", StringComparison.Ordinal))
            return null;
        var rest = fullName[(root.Length + 1)..].Split('.');
        return rest.Length > 1 ? rest[0] : null;
    }
}
