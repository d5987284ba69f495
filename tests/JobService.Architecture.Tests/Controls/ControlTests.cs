using JobService.Architecture.Tests.Controls.Core.Retries;

namespace JobService.Architecture.Tests.Controls;

/// <summary>A rule that has never failed is not a rule: each is broken here on purpose, and must see it.</summary>
public sealed class ControlTests
{
    private const string Root = "JobService.Architecture.Tests.Controls.Core";

    [Fact]
    public void An_import_upwards_is_caught() =>
        Assert.Contains(LayerRules.FeaturesImportDownwards(Root), edge => edge.Contains("KnowsUpwards", StringComparison.Ordinal));

    [Fact]
    public void A_feature_off_the_map_is_caught() => Assert.Contains("Gadgets", LayerRules.FeaturesAreOnTheMap(Root));

    [Fact]
    public void A_library_out_of_its_place_is_caught() =>
        Assert.Contains(LayerRules.OnlyThere(Root, "Npgsql", _ => false), edge => edge.Contains("KnowsTheDatabase", StringComparison.Ordinal));

    [Fact]
    public void The_product_does_use_its_libraries_where_it_may() =>
        Assert.All(
            (string[])["Npgsql", "Microsoft.EntityFrameworkCore"],
            library => Assert.NotEmpty(LayerRules.OnlyThere("JobService.Core", library, _ => false)));

    [Fact]
    public void An_open_class_is_caught() => Assert.True(TypeRules.IsOpenClass(typeof(KnowsTheDatabase)));

    [Fact]
    public void SQL_in_a_source_file_is_caught() => Assert.NotEmpty(SourceRules.NoSql([File("var text = \"SELECT 1\";")]));

    [Theory]
    [InlineData("internal sealed class One;\n\ninternal sealed class Two;")]
    [InlineData("public enum Other\n{\n}")]
    [InlineData("")]
    public void A_file_with_another_number_of_types_or_another_name_is_caught(string text) => Assert.NotEmpty(SourceRules.OneTypeAFile([File(text)]));

    [Fact]
    public void A_namespace_of_another_folder_is_caught() => Assert.NotEmpty(SourceRules.NamespaceIsFolder([File("namespace JobService.Core.Other;")]));

    [Fact]
    public void A_name_that_says_nothing_is_caught() =>
        Assert.NotEmpty(SourceRules.NoEmptyWords([new SourceFile("src/JobService.Core/Jobs/JobManager.cs", "")]));

    [Fact]
    public void A_long_Program_is_caught() =>
        Assert.NotEmpty(SourceRules.ShortPrograms([new SourceFile("src/JobService.Api/Program.cs", new string('\n', 100))], maxLines: 70));

    [Fact]
    public void An_unused_statement_is_caught() => Assert.NotEmpty(SourceRules.UnusedSql(["forgotten"], [File("")]));

    [Fact]
    public void A_link_that_leads_nowhere_is_caught() =>
        Assert.Equal(["docs/a.md: no/such.md"], PageRules.BrokenLinks([new SourceFile("docs/a.md", "[b](no/such.md) [c](https://example.org)")], Product.Root));

    [Fact]
    public void A_name_that_is_not_on_its_page_is_caught() =>
        Assert.Equal(["Grace"], PageRules.Missing(new SourceFile("docs/a.md", "| `DrainGrace` | `Slots` |"), ["Grace", "Slots"]));

    [Fact]
    public void An_option_without_a_range_or_without_its_key_is_caught() =>
        Assert.Equal(
            ["LooseOptions.WithoutKey", "LooseOptions.WithoutRange"],
            OptionRules.WithoutRangeOrKey([typeof(LooseOptions)]).Select(broken => broken.Split(':')[0]));

    private static SourceFile File(string text) => new("src/JobService.Core/Jobs/One.cs", text);
}
