using JobService.Core.Routing;

namespace JobService.Core.Tests.Routing;

public sealed class RouteRulesTests
{
    [Theory]
    [InlineData("/a", Comparison.Eq, "{}", "/0/match/payload/~1a/eq")]
    [InlineData("/a", Comparison.Ne, "[1]", "/0/match/payload/~1a/ne")]
    [InlineData("/a", Comparison.Gt, "null", "/0/match/payload/~1a/gt")]
    [InlineData("/a", Comparison.Lte, "true", "/0/match/payload/~1a/lte")]
    [InlineData("/a", Comparison.In, "1", "/0/match/payload/~1a/in")]
    [InlineData("/a", Comparison.In, "[]", "/0/match/payload/~1a/in")]
    [InlineData("/a", Comparison.In, "[[]]", "/0/match/payload/~1a/in")]
    [InlineData("/a", Comparison.Exists, "1", "/0/match/payload/~1a/exists")]
    [InlineData("a", Comparison.Eq, "1", "/0/match/payload/a")]
    [InlineData("/~2", Comparison.Eq, "1", "/0/match/payload/~1~02")]
    [InlineData("/~", Comparison.Eq, "1", "/0/match/payload/~1~0")]
    public void A_condition_that_means_nothing_is_pointed_at(string pointer, Comparison comparison, string operand, string at) =>
        Assert.Equal([at], RouteRules.Check([Rules.Asking(pointer, comparison, operand)]).Select(fault => fault.Pointer));

    [Fact]
    public void Names_are_names_and_no_two_are_alike()
    {
        var rule = Rules.To("a", new RouteMatch());

        Assert.Equal(["/1/name", "/2/name"], RouteRules.Check([rule, rule with { Name = "A" }, rule]).Select(fault => fault.Pointer));
    }

    [Fact]
    public void Rules_and_conditions_and_operands_have_their_bounds()
    {
        var condition = new PayloadCondition("/a", Comparison.Eq, "1");
        var most = Enumerable.Range(0, RouteRules.MaxRoutes).Select(i => Rules.To($"r{i}", new RouteMatch())).ToArray();

        Assert.Empty(RouteRules.Check(most));
        Assert.Equal([""], RouteRules.Check([.. most, Rules.To("one-more", new RouteMatch())]).Select(fault => fault.Pointer));
        Assert.Empty(RouteRules.Check([Rules.To("a", new RouteMatch { Payload = [.. Enumerable.Repeat(condition, RouteRules.MaxConditions)] })]));
        Assert.Equal(["/0/match"], RouteRules.Check([Rules.To("a", new RouteMatch { Type = "*", Payload = [.. Enumerable.Repeat(condition, RouteRules.MaxConditions)] })]).Select(fault => fault.Pointer));
        Assert.Single(RouteRules.Check([Rules.Asking("/" + new string('a', RouteRules.MaxPointerLength), Comparison.Eq, "1")]));
        Assert.Single(RouteRules.Check([Rules.Asking("/a", Comparison.Eq, $"\"{new string('a', RouteRules.MaxOperandLength)}\"")]));
        Assert.Single(RouteRules.Check([Rules.Asking("/a", Comparison.In, $"[{string.Join(',', Enumerable.Range(0, RouteRules.MaxOperands + 1))}]")]));
        Assert.Single(RouteRules.Check([Rules.To("a", new RouteMatch { Type = "*" + new string('a', 128) })]));
    }
}
