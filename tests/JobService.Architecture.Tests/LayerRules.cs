using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;

namespace JobService.Architecture.Tests;

/// <summary>Who may know whom. Each rule takes the root namespace it looks at, so that a control can be given to it, and returns what breaks it.</summary>
internal static class LayerRules
{
    /// <summary>Features of Core import downwards only.</summary>
    public static IEnumerable<string> FeaturesImportDownwards(string root) =>
        from edge in Uses(root)
        let user = Segment(edge.From.FullName, root)
        let used = Segment(edge.To.FullName, root)
        where user is not null && used is not null && !FeatureMap.Allows(user, used)
        select $"{edge.From.FullName} → {edge.To.FullName}";

    /// <summary>Every feature has its place on the map.</summary>
    public static IEnumerable<string> FeaturesAreOnTheMap(string root) => Types(root)
        .Select(type => Segment(type.FullName, root))
        .OfType<string>()
        .Where(feature => FeatureMap.LevelOf(feature) < 0)
        .Distinct(StringComparer.Ordinal);

    /// <summary>What begins with <paramref name="library"/> is used only where <paramref name="isAllowed"/> says.</summary>
    public static IEnumerable<string> OnlyThere(string root, string library, Func<string, bool> isAllowed) =>
        from edge in Uses(root)
        where edge.To.FullName.StartsWith(library, StringComparison.Ordinal) && !isAllowed(edge.From.FullName)
        select $"{edge.From.FullName} → {edge.To.FullName}";

    private static IEnumerable<(IType From, IType To)> Uses(string root) =>
        from type in Types(root)
        from target in type.GetTypeDependencies()
        select (type, target);

    private static IEnumerable<IType> Types(string root) =>
        Product.Types.Types.Where(type => type.FullName.StartsWith(root + ".", StringComparison.Ordinal));

    /// <summary>The feature, which is the part of the name after the root; null for a type at the root itself.</summary>
    private static string? Segment(string fullName, string root)
    {
        if (!fullName.StartsWith(root + ".", StringComparison.Ordinal))
            return null;
        var rest = fullName[(root.Length + 1)..].Split('.');
        return rest.Length > 1 ? rest[0] : null;
    }
}
