using System.Globalization;
using System.Numerics;
using System.Text.Json;
using CsCheck;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Routing;

namespace JobService.Core.Tests.Routing;

public sealed class RouteMatchingTests
{
    [Theory]
    [InlineData("/a", Comparison.Eq, "1", """{"a":1.0}""", true)]
    [InlineData("/a", Comparison.Eq, "0.1", """{"a":0.10}""", true)]
    [InlineData("/a", Comparison.Eq, "1", """{"a":"1"}""", false)]
    [InlineData("/a", Comparison.Eq, "\"é\"", """{"a":"\u00e9"}""", true)]
    [InlineData("/a", Comparison.Eq, "null", """{"a":null}""", true)]
    [InlineData("/a", Comparison.Eq, "null", """{}""", false)]
    [InlineData("/a", Comparison.Eq, "true", """{"a":true}""", true)]
    [InlineData("/a", Comparison.Eq, "true", """{"a":false}""", false)]
    [InlineData("/a", Comparison.Eq, "\"x\"", """{"a":["x"]}""", false)]
    [InlineData("/a", Comparison.Ne, "1", """{"a":2}""", true)]
    [InlineData("/a", Comparison.Ne, "1", """{"a":"1"}""", true)]
    [InlineData("/a", Comparison.Ne, "1", """{"a":{}}""", true)]
    [InlineData("/a", Comparison.Ne, "1", """{}""", false)]
    [InlineData("/a", Comparison.Gt, "1", """{"a":1e400}""", true)]
    [InlineData("/a", Comparison.Gt, "9007199254740992", """{"a":9007199254740993}""", true)]
    [InlineData("/a", Comparison.Gt, "1", """{"a":"2"}""", false)]
    [InlineData("/a", Comparison.Gt, "1", """{"a":null}""", false)]
    [InlineData("/a", Comparison.Gt, "\"B\"", """{"a":"a"}""", true)]
    [InlineData("/a", Comparison.Gte, "5", """{"a":5.000}""", true)]
    [InlineData("/a", Comparison.Lt, "5", """{"a":-1e999}""", true)]
    [InlineData("/a", Comparison.Lte, "\"b\"", """{"a":"b"}""", true)]
    [InlineData("/a", Comparison.Lt, "5", """{"a":true}""", false)]
    [InlineData("/a", Comparison.In, """["AT","DE",1,null]""", """{"a":1e0}""", true)]
    [InlineData("/a", Comparison.In, """["AT","DE"]""", """{"a":"at"}""", false)]
    [InlineData("/a", Comparison.In, """[null]""", """{}""", false)]
    [InlineData("/a", Comparison.Exists, "true", """{"a":null}""", true)]
    [InlineData("/a", Comparison.Exists, "true", """{"b":1}""", false)]
    [InlineData("/a", Comparison.Exists, "false", """{"b":1}""", true)]
    [InlineData("/a", Comparison.Exists, "false", """[1]""", true)]
    [InlineData("", Comparison.Exists, "true", "null", true)]
    [InlineData("", Comparison.Eq, "\"whole\"", "\"whole\"", true)]
    [InlineData("/a/b/1/c", Comparison.Eq, "3", """{"x":[{}],"a":{"b":[{"c":1},{"c":3}]}}""", true)]
    [InlineData("/a/01", Comparison.Exists, "true", """{"a":[1,2]}""", false)]
    [InlineData("/0", Comparison.Eq, "1", """{"0":1}""", true)]
    [InlineData("/a~1b~0c", Comparison.Eq, "1", """{"a/b~c":1}""", true)]
    [InlineData("/", Comparison.Eq, "1", """{"":1}""", true)]
    [InlineData("/ab", Comparison.Eq, "1", """{"\u0061b":1}""", true)]
    [InlineData("/a/b", Comparison.Exists, "true", """{"a":5}""", false)]
    public void A_place_of_the_payload_is_compared(string pointer, Comparison comparison, string operand, string payload, bool isMet)
    {
        var settled = Rules.Snapshot(Rules.Asking(pointer, comparison, operand)).Settle(Rules.Job(payload));

        Assert.Equal(isMet ? ("asked", "rule:asked") : ("default", null), (settled.Queue.Name, settled.RoutedBy));
    }

    [Theory]
    [InlineData("order.*", null, true)]
    [InlineData("order.new", null, true)]
    [InlineData("invoice.*", null, false)]
    [InlineData(null, "acme", true)]
    [InlineData(null, "ac*", true)]
    [InlineData(null, "other", false)]
    [InlineData("order.*", "other", false)]
    [InlineData("invoice.*", "acme", false)]
    public void Type_and_tags_must_both_be_met(string? type, string? tenant, bool isMet)
    {
        var tags = tenant is null ? [] : new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = tenant };
        var job = Rules.Job() with { Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = "acme" } };

        Assert.Equal(isMet ? "asked" : "default", Rules.Snapshot(Rules.To("asked", new RouteMatch { Type = type, Tags = tags })).Settle(job).Queue.Name);
        Assert.Equal(isMet && tenant is null ? "asked" : "default", Rules.Snapshot(Rules.To("asked", new RouteMatch { Type = type, Tags = tags })).Settle(Rules.Job()).Queue.Name);
    }

    [Fact]
    public void The_first_rule_that_is_met_wins()
    {
        var large = Rules.Asking("/amount", Comparison.Gt, "1000") with { Name = "large", Set = Rules.To("large", new RouteMatch()).Set };
        var snapshot = Rules.Snapshot(Rules.To("invoices", new RouteMatch { Type = "invoice.*" }), large, Rules.To("orders", new RouteMatch { Type = "order.*" }), Rules.To("rest", new RouteMatch()));

        Assert.Equal("rule:large", snapshot.Settle(Rules.Job("""{"amount":1001}""")).RoutedBy);
        Assert.Equal("rule:orders", snapshot.Settle(Rules.Job("""{"amount":1000}""")).RoutedBy);
        Assert.Equal("rule:invoices", snapshot.Settle(Rules.Job("""{"amount":1001}""", "invoice.send")).RoutedBy);
        Assert.Equal("rule:rest", snapshot.Settle(Rules.Job("""{"amount":1}""", "else")).RoutedBy);
        Assert.Equal(["invoices", "large", "orders"], snapshot.Explain(Rules.Job("""{"amount":7}""")).Select(verdict => verdict.Name));
    }

    [Fact]
    public void It_is_told_why_a_rule_is_not_met()
    {
        var tagged = Rules.To("tagged", new RouteMatch { Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = "acme" } });
        var verdicts = Rules.Snapshot(Rules.To("invoices", new RouteMatch { Type = "invoice.*" }), tagged, Rules.Asking("/amount", Comparison.Gt, "1000"), Rules.Asking("/gone", Comparison.Eq, "1"))
            .Explain(Rules.Job("""{"amount":7}"""));

        Assert.Equal(
            [
                "Its type is 'order.new', and the rule asks for invoice.*.",
                "There is no tag 'tenant', and the rule asks for acme.",
                "/amount is 7, and the rule asks for gt 1000.",
                "/gone is not there, and the rule asks for eq 1.",
            ],
            verdicts.Select(verdict => verdict.WhyNot));
    }

    [Fact]
    public void A_job_that_meets_nothing_is_the_very_same()
    {
        var job = Rules.Job("""{"a":1}""");

        Assert.Same(job, RoutingSnapshot.Empty.Settle(job));
        Assert.Same(job, Rules.Snapshot(Rules.Asking("/a", Comparison.Eq, "2")).Settle(job));
        Assert.Same(RoutingSnapshot.Empty.Of(job.Type), RoutingSnapshot.Empty.Of(JobType.Parse("another")));
    }

    [Fact]
    public void A_job_that_no_rule_is_for_costs_no_memory()
    {
        var job = Rules.Job("""{"a":1}""");
        foreach (var snapshot in (RoutingSnapshot[])[RoutingSnapshot.Empty, Rules.Snapshot(Rules.To("else", new RouteMatch { Type = "else.*" }))])
        {
            // Its type is put together once.
            snapshot.Settle(job);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
                snapshot.Settle(job);

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void Rules_that_are_compiled_match_as_a_reading_by_the_word_does() =>
        Gen.Select(Condition.Array[1, 3].Array[1, 5], Payload).Sample((routes, payload) =>
        {
            var rules = routes.Select((conditions, i) => Rules.To($"r{i}", new RouteMatch { Payload = conditions })).ToArray();
            using var document = JsonDocument.Parse(payload);
            var expected = Array.FindIndex(routes, conditions => Array.TrueForAll(conditions, condition => IsMet(condition, document.RootElement)));
            var snapshot = Rules.Snapshot(rules);

            Assert.Equal(expected < 0 ? null : $"rule:r{expected}", snapshot.Settle(Rules.Job(payload)).RoutedBy);
            Assert.Equal(expected < 0 ? rules.Length : expected + 1, snapshot.Explain(Rules.Job(payload)).Count);
        });

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Gen.OneOfConst("null", "true", "false", "\"\"", "\"a\"", "\"b\"", "\"\\u0061\"", "\"1\""),
        Gen.OneOfConst("0", "1", "1.0", "-1", "0.1", "0.10", "1e2", "100", "1e400", "9007199254740993", "9007199254740992"));

    private static readonly Gen<string> Inner = Gen.OneOf(
        Scalar,
        Scalar.Array[0, 3].Select(items => $"[{string.Join(',', items)}]"),
        Gen.Select(Scalar, Scalar).Select((a, b) => $$"""{"a":{{a}},"0":{{b}}}"""));

    private static readonly Gen<string> Payload = Gen.OneOf(Inner, Gen.Select(Inner, Inner).Select((a, b) => $$"""{"x":[{"a":5}],"b":{{b}},"a":{{a}}}"""), Inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]"));

    private static readonly Gen<PayloadCondition> Condition =
        from pointer in Gen.OneOfConst("", "/a", "/b", "/a/a", "/a/0", "/0", "/0/1", "/b/1", "/x/0/a")
        from comparison in Gen.Enum<Comparison>()
        from operand in Scalar
        from more in Scalar.Array[1, 3]
        select comparison switch
        {
            Comparison.Exists => new PayloadCondition(pointer, comparison, operand is "true" ? "true" : "false"),
            Comparison.In => new PayloadCondition(pointer, comparison, $"[{string.Join(',', more)}]"),
            _ => new PayloadCondition(pointer, comparison, operand),
        };

    private static bool IsMet(PayloadCondition condition, JsonElement payload)
    {
        JsonElement? at = payload;
        foreach (var step in JsonPointer.Steps(condition.Pointer))
        {
            at = at switch
            {
                { ValueKind: JsonValueKind.Object } parent when parent.TryGetProperty(step, out var member) => member,
                { ValueKind: JsonValueKind.Array } parent when int.TryParse(step, CultureInfo.InvariantCulture, out var index) && index < parent.GetArrayLength() => parent[index],
                _ => null,
            };
        }

        using var document = JsonDocument.Parse(condition.Operand);
        var operand = document.RootElement;
        if (condition.Comparison == Comparison.Exists)
            return at.HasValue == operand.GetBoolean();
        if (at is not { } value)
            return false;
        return condition.Comparison switch
        {
            Comparison.Eq => IsSame(value, operand),
            Comparison.Ne => !IsSame(value, operand),
            Comparison.In => operand.EnumerateArray().Any(one => IsSame(value, one)),
            Comparison.Gt => Order(value, operand) > 0,
            Comparison.Gte => Order(value, operand) >= 0,
            Comparison.Lt => Order(value, operand) < 0,
            _ => Order(value, operand) <= 0,
        };
    }

    private static bool IsSame(JsonElement left, JsonElement right) => left.ValueKind == right.ValueKind && left.ValueKind switch
    {
        JsonValueKind.Number or JsonValueKind.String => Order(left, right) == 0,
        JsonValueKind.Object or JsonValueKind.Array => false,
        _ => true,
    };

    private static int? Order(JsonElement left, JsonElement right) => (left.ValueKind, right.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => Whole(left.GetRawText()).CompareTo(Whole(right.GetRawText())),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(left.GetString(), right.GetString()),
        _ => null,
    };

    private static BigInteger Whole(string number)
    {
        var (mantissa, exponent) = number.Split('e') is [var m, var e] ? (m, int.Parse(e, CultureInfo.InvariantCulture)) : (number, 0);
        var fraction = mantissa.Split('.') is [_, var f] ? f.Length : 0;
        return BigInteger.Parse(mantissa.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * BigInteger.Pow(10, 10 + exponent - fraction);
    }
}
