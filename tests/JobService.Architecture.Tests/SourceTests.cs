namespace JobService.Architecture.Tests;

public sealed class SourceTests
{
    [Fact]
    public void There_is_no_SQL_in_source_files() => Assert.Empty(SourceRules.NoSql(Product.Sources("src")));

    [Fact]
    public void Each_file_holds_one_type_and_is_named_after_it() => Assert.Empty(SourceRules.OneTypeAFile(Product.Sources("src")));

    [Fact]
    public void Each_namespace_is_its_folder() => Assert.Empty(SourceRules.NamespaceIsFolder(Product.Sources("src")));

    [Fact]
    public void No_name_says_nothing() => Assert.Empty(SourceRules.NoEmptyWords(Product.Sources("src")));

    [Fact]
    public void Each_Program_is_short() => Assert.Empty(SourceRules.ShortPrograms(Product.Sources("src"), maxLines: 70));

    [Fact]
    public void Each_statement_is_used() => Assert.Empty(SourceRules.UnusedSql(
        Product.Statements().Select(file => Path.GetFileNameWithoutExtension(file.Path)),
        Product.Sources("src")));

}
