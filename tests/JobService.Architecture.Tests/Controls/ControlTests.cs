using JobService.Architecture.Tests.Controls.Core.Retries;
using JobService.Architecture.Tests.Controls.Names;

namespace JobService.Architecture.Tests.Controls;

/// <summary>A rule that has never failed is not a rule: each is broken here on purpose, and must see it.</summary>
public sealed class ControlTests
{
    private const string All = "JobService.Architecture.Tests.Controls";
    private const string Root = All + ".Core";

    /// <summary>But the API's own: it has no public type that a control could know, and the product shows that its name is right.</summary>
    public static TheoryData<string> Fences => [.. Fence.All.Where(fence => fence.Library is not "JobService.Api.").Select(fence => fence.ToString())];

    [Fact]
    public void An_import_upwards_is_caught() =>
        Assert.Contains(LayerRules.FeaturesImportDownwards(Root), edge => edge.Contains("KnowsUpwards", StringComparison.Ordinal));

    [Fact]
    public void A_feature_off_the_map_is_caught() => Assert.Contains("Gadgets", LayerRules.FeaturesAreOnTheMap(Root));

    [Theory]
    [MemberData(nameof(Fences))]
    public void A_step_over_a_fence_is_caught(string fence) => Assert.NotEmpty(LayerRules.Over(Fence.Named(fence) with { Projects = [All] }));

    [Theory]
    [MemberData(nameof(Fence.Names), MemberType = typeof(Fence))]
    public void The_product_does_use_what_is_fenced(string fence) =>
        Assert.NotEmpty(LayerRules.Over(Fence.Named(fence) with { Projects = Fence.Product, Gate = null }));

    [Theory]
    [MemberData(nameof(Fence.Names), MemberType = typeof(Fence))]
    public void Each_gate_is_gone_through(string name)
    {
        var fence = Fence.Named(name);
        if (fence.Gate is { } gate)
            Assert.NotEmpty(LayerRules.Over(fence with { Gate = type => !gate(type) }));
    }

    [Fact]
    public void An_open_class_is_caught() => Assert.Single(TypeRules.OpenClasses([typeof(KnowsTheDatabase), typeof(KnowsTheModel)]));

    [Fact]
    public void A_type_or_member_whose_name_says_nothing_is_caught() =>
        Assert.Equal(["Needs.GetData", "Needs.JobInfos"], TypeRules.EmptyWords([typeof(Needs)]).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("", "Needs, Shown")]
    [InlineData("new Needs()", "Needs, Shown")]
    [InlineData("using JobService.Architecture.Tests.Controls.Names; new NeedsMore()", "Needs, Shown")]
    [InlineData("using JobService.Architecture.Tests.Controls.Names; new Shown()", "Needs")]
    [InlineData("using JobService.Architecture.Tests.Controls.Names; new Needs()", "")]
    public void A_public_type_that_nobody_needs_is_caught(string text, string expected) => Assert.Equal(
        expected,
        string.Join(", ", TypeRules.NeedlesslyPublic([typeof(Needs), typeof(Shown)], [File(text)]).Select(name => name.Split('.')[^1])));

    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("TRUNCATE jobservice.jobs")]
    [InlineData("\n    CREATE INDEX x ON y (z)")]
    [InlineData("ALTER TABLE x ADD y int")]
    [InlineData("DROP TABLE x")]
    [InlineData("LOCK TABLE x")]
    [InlineData("SET LOCAL lock_timeout = 1")]
    [InlineData("VACUUM x")]
    [InlineData("select a, b from jobs")]
    [InlineData("select jobservice.now()")]
    [InlineData("update jobs set a = 1")]
    [InlineData("truncate jobservice.jobs")]
    public void SQL_in_a_source_file_is_caught(string sql) => Assert.NotEmpty(SourceRules.NoSql([File($"var text = \"{sql}\";")]));

    [Theory]
    [InlineData("update the file")]
    [InlineData("SETTINGS")]
    [InlineData("select one of them")]
    public void Other_text_is_not_SQL(string text) => Assert.Empty(SourceRules.NoSql([File($"var text = \"{text}\";")]));

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
    public void An_error_in_code_or_in_SQL_is_seen() => Assert.Equal(
        ["a.code", "b.code", "c.sql"],
        PageRules.ErrorTypes(
        [
            File("JobOutcome.Fail(\n    \"a.code\", x); const string HardError = \"b.code\"; Say(\"no.error\");"),
            new SourceFile("a.sql", "SELECT 'c.sql'"),
        ]));

    [Fact]
    public void An_option_without_a_range_or_without_its_key_is_caught() =>
        Assert.Equal(
            ["LooseOptions.WithoutKey", "LooseOptions.WithoutRange"],
            OptionRules.WithoutRangeOrKey([typeof(LooseOptions)]).Select(broken => broken.Split(':')[0]));

    private static SourceFile File(string text) => new("src/JobService.Core/Jobs/One.cs", text);
}
