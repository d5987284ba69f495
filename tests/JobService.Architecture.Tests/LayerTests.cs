namespace JobService.Architecture.Tests;

public sealed class LayerTests
{
    [Fact]
    public void Features_of_Core_import_downwards_only() => Assert.Empty(LayerRules.FeaturesImportDownwards("JobService.Core"));

    [Fact]
    public void Every_feature_of_Core_is_on_the_map() => Assert.Empty(LayerRules.FeaturesAreOnTheMap("JobService.Core"));

    [Theory]
    [InlineData("JobService.Core")]
    [InlineData("JobService.Worker")]
    [InlineData("JobService.Api")]
    public void Npgsql_is_used_only_under_Storage(string root) =>
        Assert.Empty(LayerRules.OnlyThere(root, "Npgsql", type => type.StartsWith("JobService.Core.Storage.", StringComparison.Ordinal)));

    [Theory]
    [InlineData("JobService.Core")]
    [InlineData("JobService.Worker")]
    [InlineData("JobService.Api")]
    public void EF_Core_is_used_only_under_Storage(string root) => Assert.Empty(LayerRules.OnlyThere(
        root, "Microsoft.EntityFrameworkCore", type => type.StartsWith("JobService.Core.Storage.", StringComparison.Ordinal)));

    [Fact]
    public void Swashbuckle_is_used_only_under_OpenApi() => Assert.Empty(LayerRules.OnlyThere(
        "JobService.Api", "Swashbuckle", type => type.StartsWith("JobService.Api.OpenApi.", StringComparison.Ordinal)));

    [Theory]
    [InlineData("Microsoft.AspNetCore")]
    [InlineData("System.Net.Http")]
    [InlineData("Serilog")]
    public void Core_knows_no_web_and_no_logger(string library) => Assert.Empty(LayerRules.OnlyThere("JobService.Core", library, _ => false));

    [Fact]
    public void Features_and_hosts_never_see_Storage_but_to_register_it() => Assert.Empty(
        LayerRules.OnlyThere("JobService.Worker", "JobService.Core.Storage.", IsProgram)
            .Concat(LayerRules.OnlyThere("JobService.Api", "JobService.Core.Storage.", type => IsProgram(type) || type.StartsWith("JobService.Api.Cli.", StringComparison.Ordinal))));

    [Fact]
    public void Api_knows_Worker_from_its_Program_only() =>
        Assert.Empty(LayerRules.OnlyThere("JobService.Api", "JobService.Worker.", IsProgram));

    [Fact]
    public void Worker_knows_no_Api_and_no_web() => Assert.Empty(
        LayerRules.OnlyThere("JobService.Worker", "JobService.Api", _ => false)
            .Concat(LayerRules.OnlyThere("JobService.Worker", "Microsoft.AspNetCore", _ => false)));

    private static bool IsProgram(string type) => type.Contains("Program", StringComparison.Ordinal);
}
