using System.Reflection;

namespace JobService.Architecture.Tests;

public sealed class TypeTests
{
    /// <summary>Names with an empty word in them that say something all the same.</summary>
    private static readonly string[] GoodNames =
    [
        // PostgreSQL's own word for the folder of a cluster, and a key of the configuration.
        "DatabaseOptions.DataFolder",
        "EmbeddedSettings.DataFolder",

        // PostgreSQL calls class 22 "data exception".
        "EnqueueRefusals.IsFaultOfData",
        "StorageFaults.IsFaultOfData",
    ];

    /// <summary>Types that are public though nothing in this repository asks for it.</summary>
    private static readonly string[] PublicByChoice =
    [
        // A handler of raw payloads may want to read them as all others are read.
        "JobService.Core.Handlers.HandlerJson",
    ];

    private static readonly Assembly[] Assemblies = [Product.Core, Product.Worker, Product.Api];

    [Fact]
    public void Classes_are_sealed_abstract_or_static() => Assert.Empty(TypeRules.OpenClasses(Assemblies.SelectMany(assembly => assembly.GetTypes())));

    [Fact]
    public void No_type_or_member_has_a_name_that_says_nothing() =>
        Assert.Equal(GoodNames.Order(StringComparer.Ordinal), TypeRules.EmptyWords(Assemblies.SelectMany(assembly => assembly.GetTypes())).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("JobService.Core")]
    [InlineData("JobService.Worker")]
    [InlineData("JobService.Api")]
    public void What_is_public_is_needed_elsewhere(string project)
    {
        var assembly = Assemblies.Single(assembly => string.Equals(assembly.GetName().Name, project, StringComparison.Ordinal));
        var users = Product.Users(project);

        Assert.NotEmpty(users);
        Assert.Equal(
            PublicByChoice.Where(name => name.StartsWith(project + ".", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            TypeRules.NeedlesslyPublic(assembly.GetExportedTypes(), users).Order(StringComparer.Ordinal));
    }
}
