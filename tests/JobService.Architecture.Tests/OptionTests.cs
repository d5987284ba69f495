using System.Reflection;

namespace JobService.Architecture.Tests;

public sealed class OptionTests
{
    [Fact]
    public void Each_number_and_each_duration_has_a_range_whose_message_names_its_key() => Assert.Empty(
        OptionRules.WithoutRangeOrKey(((Assembly[])[Product.Core, Product.Worker, Product.Api]).SelectMany(assembly => assembly.GetTypes())));
}
