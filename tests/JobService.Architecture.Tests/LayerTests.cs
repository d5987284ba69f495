namespace JobService.Architecture.Tests;

public sealed class LayerTests
{
    [Fact]
    public void Features_of_Core_import_downwards_only() => Assert.Empty(LayerRules.FeaturesImportDownwards("JobService.Core"));

    [Fact]
    public void Every_feature_of_Core_is_on_the_map() => Assert.Empty(LayerRules.FeaturesAreOnTheMap("JobService.Core"));

    [Theory]
    [MemberData(nameof(Fence.Names), MemberType = typeof(Fence))]
    public void Nothing_is_used_over_a_fence(string fence) => Assert.Empty(LayerRules.Over(Fence.Named(fence)));
}
