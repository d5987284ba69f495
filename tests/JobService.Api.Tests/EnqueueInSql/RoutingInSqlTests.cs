using CsCheck;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.EnqueueInSql;

/// <summary>Rules and defaults of types settle a job in SQL as they do over the API.</summary>
public sealed class RoutingInSqlTests(ApiServiceWithoutWorker api) : IClassFixture<ApiServiceWithoutWorker>
{
    private static readonly string[] Operands =
        ["0", "1", "1.50", "2", "-1", "-0.0", "1e400", "1e399", "9007199254740993", "9007199254740992", "\"\"", "\"a\"", "\"b\"", "\"é\"", "\"\\ue000\"", "\"😀\"", "\"A\"", "true", "false", "null"];

    private static readonly Gen<string> Operand = Gen.OneOfConst(Operands);

    private static readonly Gen<string> Condition = Gen.Select(
        Gen.OneOfConst("", "/a", "/b/0", "/b/1", "/b/01", "/b/-1", "/c~1d", "/e/~0f", "/missing", "/a/x", "/0", "/"),
        Gen.OneOf(
            Gen.Select(Gen.OneOfConst("eq", "ne"), Operand).Select((word, operand) => $"\"{word}\":{operand}"),
            Gen.Select(Gen.OneOfConst("gt", "gte", "lt", "lte"), Gen.OneOfConst(Operands[..17])).Select((word, operand) => $"\"{word}\":{operand}"),
            Operand.Array[1, 3].Select(operands => $"\"in\":[{string.Join(',', operands)}]"),
            Gen.OneOfConst("\"exists\":true", "\"exists\":false")))
        .Select((pointer, comparison) => $"\"{pointer}\":{{{comparison}}}");

    private static readonly Gen<string> Match = Gen.Select(
        Gen.OneOfConst("", "\"type\":\"sql.*\"", "\"type\":\"sql.r?ute\"", "\"type\":\"other.*\"", "\"type\":\"*\"", "\"type\":\"sql.route\"", "\"type\":\"sql_route\""),
        Gen.OneOfConst("", "", "", "\"tags\":{\"t\":\"4*\"}", "\"tags\":{\"t\":\"*\"}", "\"tags\":{\"t\":\"?\"}", "\"tags\":{\"t\":\"??\"}", "\"tags\":{\"t\":\"%_\\\\\"}", "\"tags\":{\"u\":\"é*\",\"t\":\"*2\"}", "\"tags\":{\"T\":\"*\"}"),
        Condition.Array[0, 2].Select(conditions => conditions.Length == 0 ? "" : $"\"payload\":{{{string.Join(',', conditions.DistinctBy(one => one.Split('"')[1], StringComparer.Ordinal))}}}"))
        .Select((type, tags, payload) => $"{{{Join(type, tags, payload)}}}");

    private static readonly Gen<string> Set = Gen.Select(
        Gen.OneOfConst("", "\"queue\":\"routed\"", "\"queue\":\"other\""),
        Gen.OneOfConst("", "\"priority\":9", "\"priority\":0"),
        Gen.OneOfConst("", "\"limitKeys\":[]", "\"limitKeys\":[\"b\",\"a\"]"),
        Gen.OneOfConst("", "\"retry\":{\"maxAttempts\":3}", "\"retry\":{\"backoff\":\"list\",\"delays\":[\"1d2h3m4s5ms\",1.5]}", "\"retry\":{\"factor\":1.5,\"maxElapsed\":\"400d\",\"retryOn\":[\"é*\"],\"failOn\":[\"x\"],\"jitter\":\"none\"}"),
        Gen.OneOfConst("", "\"timeout\":\"10m\"", "\"timeout\":{\"hard\":0.0030001}"))
        .Select((queue, priority, keys, retry, timeout) => $"{{{Join(queue, priority, keys, retry, timeout)}}}");

    private static readonly Gen<EnqueueCase> Job = Gen.Select(
        Gen.Select(Gen.OneOfConst("a", "b", "c/d", "e", "0", ""), Gen.OneOf(Operand, Operand.Array[0, 3].Select(items => $"[{string.Join(',', items)}]"), Operand.Select(value => $"{{\"~f\":{value},\"x\":{value}}}"))).Array[0, 5],
        Gen.OneOfConst("", "", "\"tags\":{\"t\":\"42\"}", "\"tags\":{\"t\":\"2\",\"u\":\"éa\"}", "\"tags\":{\"t\":\"😀\"}", "\"tags\":{\"t\":\"%_\\\\\"}", "\"tags\":{\"t\":null}", "\"tags\":{}"),
        Gen.OneOfConst("", "", "\"queue\":\"mine\"", "\"priority\":3", "\"limitKeys\":[]", "\"limitKeys\":[\"c\"]", "\"retry\":{\"base\":\"5s\"}", "\"retry\":{\"backoff\":\"fixed\"}", "\"retry\":{\"backoff\":\"list\"}", "\"timeout\":{}", "\"timeout\":\"1s\"", "\"keepResult\":\"1d\""))
        .Select((members, tags, option) => new EnqueueCase(
            "sql.route", $"{{{string.Join(',', members.DistinctBy(member => member.Item1, StringComparer.Ordinal).Select(member => $"\"{member.Item1}\":{member.Item2}"))}}}", $"{{{Join(tags, option)}}}"));

    private readonly BothWays ways = new(api);

    [Fact]
    public Task What_rules_and_types_settle_is_settled_in_SQL_too() =>
        Gen.Select(Gen.Select(Match, Set).Array[0, 4], Gen.Frequency((2, Gen.Const("{}")), (1, Set)), Job.Array[6]).SampleAsync(
            async (rules, defaults, jobs) =>
            {
                var routes = $"[{string.Join(',', rules.Select((rule, i) => $"{{\"name\":\"rule-{i}\",\"match\":{rule.Item1},\"set\":{rule.Item2}}}"))}]";
                (await api.SendAsync("PUT", "/api/v1/routes", routes, "If-Match: *")).With(200);
                (await api.SendAsync("PUT", "/api/v1/job-types/sql.route", $"{{\"defaults\":{defaults}}}")).With(200);
                foreach (var job in jobs)
                {
                    var difference = await ways.CompareAsync(job);
                    Assert.True(difference is null, $"{routes}\n{defaults}\n{difference}");
                }
            },
            iter: 100,
            threads: 1);

    [Theory]
    [InlineData("?", "😀", true)]
    [InlineData("??", "😀", false)]
    [InlineData("a?c*", "a😀c😁", true)]
    [InlineData("*😀", "😁", false)]
    [InlineData("??", "e\u0301", true)]
    public async Task A_question_mark_is_one_character_in_SQL_too(string glob, string text, bool matches) =>
        Assert.Equal(matches, await api.Database.QueryAsync<bool>("SELECT jobservice.matches_glob($1, $2)", text, glob));

    private static string Join(params string[] members) => string.Join(',', members.Where(member => member.Length > 0));
}
