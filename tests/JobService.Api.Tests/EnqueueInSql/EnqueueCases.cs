using System.Text;
using CsCheck;

namespace JobService.Api.Tests.EnqueueInSql;

/// <summary>Requests that are good and bad: every member, each of its bounds, and whatever a caller may write by mistake.</summary>
internal static class EnqueueCases
{
    public const string Type = "sql.case";

    private const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static readonly string[] Durations =
    [
        "0", "1", "1.5", "0.0000001", "0.00000019", "1.1", "123456.7890123", "1e3", "1E-3", "-0", "-1", "1e400", "1e-400", "-1e400", "3153600000", "3153600000.1", "315360000", "315360001", "604800", "604800.5", "null",
        "true", "[]", "{}", "\"\"", "\" \"", "\"30\"", "\"30s\"", "\"250ms\"", "\"1h30m\"", "\"2d\"", "\"1.5h\"", "\".5s\"", "\"5.s\"", "\"1.2.3s\"", "\".s\"", "\"1us\"", "\"0.05us\"", "\"0.15us\"", "\"2.5us\"",
        "\"1m1h\"", "\"1s2s\"", "\"1d2h3m4s5ms6us\"", "\"1 s\"", "\"1S\"", "\"-1s\"", "\"1s \"", "\"1\\u0073\"", "\"36500d\"", "\"36501d\"", "\"3650d\"", "\"3650d1s\"", "\"365d\"", "\"365d1us\"", "\"7d\"", "\"7d1ms\"", "\"1ms\"",
        "\"0.9ms\"", "\"999us\"", "\"99999999999999999999d\"", "\"PT30S\"", "\"PT0S\"", "\"P\"", "\"PT\"", "\"P1D\"", "\"P1DT\"", "\"P1DT2H3M4.5S\"", "\"P1W\"", "\"P5214W\"", "\"P5215W\"", "\"P99999999999W\"", "\"P1Y\"", "\"P1M\"",
        "\"PT1M\"", "\"PT1M1Y\"", "\"P1H\"", "\"PT1H2\"", "\"PT.5S\"", "\"PT1.S\"", "\"PT.S\"", "\"PT1.1234567891S\"", "\"PT1.99999999999999999S\"", "\"PT2147483647S\"", "\"PT2147483648S\"", "\"P36500D\"", "\"P36500DT1S\"", "\"-PT1S\"",
        "\"PT1S \"", "\"PT1S\\u00a0\"", "\"pt1s\"", "\" PT1S\"", "\"PT1S\\n\"", "\"P1DT1D\"", "\"PT1,5S\"", "\"٣s\"", "\"1e3s\"", "\"" + new string('0', 63) + "s\"", "\"" + new string('0', 64) + "s\"",
        "\"0.00000000000000000000000000000000000000000001s\"", "\"😀\"",
    ];

    private static readonly string[] Times =
    [
        "2090-12-01T08:00:00+01:00", "2090-12-01t08:00:00z", "2026-02-29T00:00:00Z", "2028-02-29T00:00:00Z", "2090-12-01T08:00:00", "2090-12-01 08:00:00Z", "2090-12-01T08:00Z", "2090-12-01T24:00:00Z", "2090-12-01T23:59:60Z",
        "2090-13-01T00:00:00Z", "2090-00-01T00:00:00Z", "2090-04-31T00:00:00Z", "2090-04-00T00:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-00:01",
        "1970-01-01T00:00:00Z", "1969-12-31T23:59:59.9999999Z", "1970-01-01T00:30:00+01:00", "9000-12-31T23:59:59.9999999Z", "9001-01-01T00:00:00Z", "9000-12-31T23:30:00-00:30", "2090-12-01T08:00:00.1Z", "2090-12-01T08:00:00.123456789Z",
        "2090-12-01T08:00:00.1234565Z", "1999-12-31T23:59:59.1234567Z", "1980-06-01T00:00:00.0000009Z", "1980-06-01T00:00:00.0000010Z", "2090-12-01T08:00:00.Z", "2090-12-01T08:00:00+24:00", "2090-12-01T08:00:00+23:59", "2090-12-01T08:00:00+01:60",
        "2090-12-01T08:00:00+0100", "2090-12-01T08:00:00 +01:00", "2090-12-01T08:00:00Z ", "2090-12-01T08:00:00Zz", "", "now", "20901201T080000Z", "٢٠٩٠-12-01T08:00:00Z", "2000-01-01T00:00:00.0000001Z", "1999-12-31T23:59:59.9999999Z",
    ];

    private static readonly string[] Numbers =
    [
        "0", "1", "9", "10", "-1", "-0", "100", "100.0", "1000", "1001", "1.0", "1e0", "1E1", "1.5", "2.25", "1.0000000000000002", "99.99999999999999", "2147483647", "2147483648", "-2147483649", "99999999999999999999999999", "1e400", "1e-400", "1e99999999999",
        "null", "\"5\"", "true", "[]", "{}", "3.141592653589793", "1.23456789012345678901234567890",
    ];

    private static readonly string[] Payloads =
    [
        "null", "true", "0", "-0", "1.0", "1e400", "1e400000", "1E-20000", "\"\"", "\"a\\u0000b\"", "\"\\ud83d\"", "\"\\ud83d\\ude00\"", "\"\\ude00\\ud83d\"", "\"\\\\u0000\"", "\"\\\\\\u0000\"", "\"\\\\ud83d\"", "\"\\ud83d\\\\\\ude00\"",
        "\"😀\"", "[]", "{}", " { \"a\" :\t1 ,\n\"b\":[ ] } ", "{\"b\":1,\"a\":2}", "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":1}", "{\"a\":{\"b\":1,\"c\":[{\"d\":1,\"d\":2}]}}", "{\"a\":{\"b\":1},\"b\":{\"a\":1}}", "[{\"a\":1},{\"a\":1}]",
        "{\"a\":\"x:y\",\"b\":\"{:\"}", "{\"a\":\"\\\"a\\\":\",\"b\":1}", "{\"a\":\"b\\u0000\"}", "{\"x\":[1,{\"y\":\"\\ud800\"}]}", "{\"\":1}", "{\"a/b\":{\"~\":1,\"~\":1}}", "{\"a\":1e5000,\"a\":2}", "{\"a\":1e5000,\"b\":2}",
        Nested(64), Nested(65), Nested(64, "{\"a\":", "}"), Nested(65, "{\"a\":", "}"), $"[{Nested(63)},{Nested(64)}]", $"{{\"b\":{Nested(30)},\"a\":{Nested(64)}}}", $"{{\"a\":\"{new string('x', 20_000)}\"}}",
        $"{{\"a\":{new string('9', 20_000)},\"b\":0.{new string('1', 20_000)}}}", "{" + string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"m{i}\":{{\"v\":{i},\"w\":[{i}]}}")) + "}",
        "{" + string.Join(',', Enumerable.Range(0, 300).Select(i => $"\"m{i % 299}\":{i}")) + "}", $"{{\"{new string('n', 300)}\":{{\"a\":1,\"a\":2}}}}", "{\"A\":1,\"a\":1}", "{\"é\":1,\"e\\u0301\":1}", "{\"a\":1,\"A\":{\"a\":{\"a\":1}}}",
    ];

    private static readonly string[] Strings =
    [
        "\"\"", "\"a\"", "\"high\"", "\"High\"", "\"-a\"", "\"a_b.c:d-e9\"", "\"a b\"", "\"é\"", "\"a\\n\"", $"\"{new string('a', 128)}\"", $"\"{new string('a', 129)}\"", "5", "null", "true", "[]", "{}", "\"a\\u0000\"", "\"\\ud800\"",
    ];

    private static readonly string[] Retries =
    [
        "null", "5", "{}", "{\"maxAttempts\":null}", "{\"backoff\":\"fixed\",\"base\":\"5s\",\"jitter\":\"none\"}", "{\"backoff\":\"linear\"}", "{\"backoff\":\"polynomial\",\"factor\":3.5}", "{\"backoff\":\"Fixed\"}", "{\"backoff\":null}",
        "{\"backoff\":\"list\"}", "{\"backoff\":\"list\",\"delays\":[]}", "{\"backoff\":\"list\",\"delays\":[1,\"2s\",\"PT3S\"]}", "{\"backoff\":\"list\",\"delays\":[1,null]}", "{\"backoff\":\"list\",\"delays\":[1,\"x\",true]}",
        "{\"backoff\":\"list\",\"delays\":[\"x\",\"366d\"]}", "{\"delays\":[1]}", "{\"delays\":[]}", "{\"delays\":5}", $"{{\"backoff\":\"list\",\"delays\":[{string.Join(',', Enumerable.Repeat(1, 100))}]}}",
        $"{{\"backoff\":\"list\",\"delays\":[{string.Join(',', Enumerable.Repeat(1, 101))}]}}", "{\"retryOn\":[]}", "{\"retryOn\":[\"http.*\",\"a?b\"],\"failOn\":[\"validation.*\",\"é<&>'\\\"+`\\\\\"]}", "{\"retryOn\":[\"\"]}", "{\"retryOn\":[null]}",
        "{\"failOn\":[5]}", "{\"failOn\":\"*\"}", $"{{\"failOn\":[\"{new string('a', 256)}\",\"{new string('a', 257)}\"]}}", $"{{\"failOn\":[\"{string.Concat(Enumerable.Repeat("😀", 128))}\",\"{string.Concat(Enumerable.Repeat("😀", 129))}\"]}}",
        $"{{\"retryOn\":[{string.Join(',', Enumerable.Repeat("\"a\"", 33))}]}}", "{\"jitter\":\"full\"}", "{\"jitter\":\"half\"}", "{\"unknown\":1,\"x\":{\"a\":1}}", "{\"maxAttempts\":0,\"factor\":0,\"base\":\"400d\",\"max\":\"x\",\"maxElapsed\":\"5000d\"}",
        "{\"maxAttempts\":10,\"backoff\":\"exponential\",\"base\":\"10s\",\"factor\":2,\"max\":\"1h\",\"jitter\":\"equal\",\"maxElapsed\":null,\"retryOn\":[\"*\"],\"failOn\":[]}", "{\"maxElapsed\":\"2d\",\"base\":0.1234567}", "{\"a\":1,\"a\":2}",
        "{\"maxAttempts\":1,\"maxAttempts\":1}", "{\"MaxAttempts\":1}",
    ];

    private static readonly string[] Timeouts =
    [
        "{}", "{\"soft\":\"30s\",\"hard\":\"60s\"}", "{\"soft\":\"30s\"}", "{\"hard\":\"10s\"}", "{\"hard\":0.0010001}", "{\"hard\":\"1ms\"}", "{\"hard\":\"3us\"}", "{\"soft\":\"60s\",\"hard\":\"30s\"}", "{\"soft\":\"8d\",\"hard\":\"9d\"}",
        "{\"soft\":\"x\",\"hard\":\"y\"}", "{\"soft\":\"x\",\"hard\":\"10s\"}", "{\"soft\":\"8d\",\"hard\":\"y\"}", "{\"soft\":\"7d\"}", "{\"soft\":null,\"hard\":null}", "{\"soft\":true}", "{\"other\":1}", "{\"soft\":\"30s\",\"other\":1}",
        "{\"hard\":\"PT0.0000015S\"}", "{\"hard\":0.0030001}", "{\"hard\":0.0030003}", "{\"soft\":\"30s\",\"soft\":\"30s\"}",
    ];

    private static readonly string[] Uniques =
    [
        "null", "5", "{}", "{\"key\":\"a\"}", "{\"key\":\"\"}", "{\"key\":null}", "{\"key\":\"é😀<&>'\\\"+`\\\\\\u007f\\u2028\"}", $"{{\"key\":\"{new string('k', 255)}\"}}", $"{{\"key\":\"{new string('k', 256)}\"}}", $"{{\"key\":\"{new string('é', 128)}\"}}",
        "{\"key\":\"a\",\"paths\":[\"/a\"]}", "{\"key\":\"a\",\"paths\":[]}", "{\"paths\":[]}", "{\"paths\":[\"/a\"]}", "{\"paths\":[\"\"]}", "{\"paths\":[\"/a\",\"/b/1\",\"/c~1d\",\"/e/~0f\",\"/n\",\"/s\",\"/o\",\"/t\"]}",
        "{\"paths\":[\"/t\",\"/a\",\"/t\"]}", "{\"paths\":[\"/missing\",\"/b/2\",\"/b/01\",\"/b/-1\",\"/a/x\"]}", "{\"paths\":[\"a\"]}", "{\"paths\":[\"/a~2\"]}", "{\"paths\":[null]}", "{\"paths\":[5]}", "{\"paths\":\"/a\"}",
        $"{{\"paths\":[{string.Join(',', Enumerable.Range(0, 17).Select(i => $"\"/{i}\""))}]}}", $"{{\"paths\":[\"/{new string('p', 256)}\"]}}", "{\"key\":\"a\",\"scope\":\"untilStarted\"}", "{\"key\":\"a\",\"scope\":\"forever\"}", "{\"key\":\"a\",\"scope\":\"UntilStarted\"}",
        "{\"key\":\"a\",\"scope\":\"window\"}", "{\"key\":\"a\",\"scope\":\"window\",\"window\":\"10m\"}", "{\"key\":\"a\",\"scope\":\"window\",\"window\":\"0.5s\"}", "{\"key\":\"a\",\"scope\":\"window\",\"window\":\"366d\"}", "{\"key\":\"a\",\"window\":\"10m\"}",
        "{\"key\":\"a\",\"window\":\"x\"}", "{\"key\":\"a\",\"onConflict\":\"reject\"}", "{\"key\":\"a\",\"onConflict\":\"replace\"}", "{\"key\":\"a\",\"onConflict\":\"supersede\"}", "{\"key\":\"a\",\"onConflict\":\"debounce\"}", "{\"key\":\"a\",\"onConflict\":\"other\"}",
        "{\"key\":\"a\",\"maxWait\":\"1h\"}", "{\"key\":\"a\",\"onConflict\":\"debounce\",\"maxWait\":\"1h\"}", "{\"key\":\"a\",\"onConflict\":\"debounce\",\"maxWait\":\"1ms\"}", "{\"key\":\"a\",\"other\":1}", "{\"key\":5}", "{\"key\":\"a\",\"key\":\"a\"}",
    ];

    private static readonly string[] Sequences =
    [
        "null", "\"order-42\"", "\"\"", "\"-a\"", "\"é\"", "5", "true", "[]", "{}", "{\"key\":null}", "{\"key\":5}", "{\"key\":\"a\",\"onFailure\":true}", "{\"key\":\"a@b:c\"}", "{\"key\":\"a b\",\"onFailure\":\"stop\",\"x\":1}", "{\"key\":\"a\",\"onFailure\":\"skip\"}", "{\"key\":\"a\",\"onFailure\":\"block\"}",
        "{\"key\":\"a\",\"onFailure\":\"Skip\"}", "{\"key\":\"a\",\"onFailure\":null}", "{\"onFailure\":\"skip\"}", "{\"key\":\"a\",\"key\":\"a\"}", $"\"{new string('k', 255)}\"", $"\"{new string('k', 256)}\"",
    ];

    private static readonly string[] Tags =
    [
        "null", "5", "{}", " { } ", "{\"tenant\":\"42\"}", "{\"b\":\"2\",\"a\":\"1\"}", "{\"a\":null}", "{\"a\":5}", "{\"a b\":\"1\"}", "{\"\":\"1\"}", $"{{\"{new string('k', 64)}\":\"v\",\"{new string('k', 65)}\":\"v\"}}", $"{{\"{new string('k', 300)}\":\"v\"}}",
        $"{{\"a\":\"{new string('v', 256)}\",\"b\":\"{new string('v', 257)}\"}}", $"{{\"a\":\"{string.Concat(Enumerable.Repeat("😀", 128))}\",\"b\":\"{string.Concat(Enumerable.Repeat("😀", 129))}\"}}",
        "{" + string.Join(',', Enumerable.Range(0, 32).Select(i => $"\"t{i}\":\"\"")) + "}", "{" + string.Join(',', Enumerable.Range(0, 33).Select(i => $"\"t{i}\":\"\"")) + "}", "{\"a\":\"1\",\"a\":\"2\"}", "{\"a/b.c_d-e\":\"é\\u0001<\"}", "{\"é\":null}",
    ];

    private static readonly string[] LimitKeys =
    [
        "null", "5", "[]", "[\"tenant:42\"]", "[\"b\",\"a\",\"b\"]", "[\"a@b.c:d_e-f\",\"A9\"]", "[\"queue:low\"]", "[\"type:x\",\"ok\"]", "[\"-a\"]", "[\"\"]", "[null]", "[5]", "[\"é\"]", $"[\"{new string('k', 255)}\"]", $"[\"{new string('k', 256)}\"]",
        "[" + string.Join(',', Enumerable.Range(0, 8).Select(i => $"\"k{i}\"")) + "]", "[" + string.Join(',', Enumerable.Range(0, 9).Select(i => $"\"k{i}\"")) + "]",
    ];

    private static readonly string[] Metadata =
    [
        "null", "5", "[]", "{}", " {\n} ", "{ \"b\" : 1.0,\"a\":\t[1e2,\"\\u00e9\"] }", "{\"a\":1,\"a\":2}", $"{{\"a\":\"{new string('m', (16 * 1024) - 8)}\"}}", $"{{\"a\":\"{new string('m', (16 * 1024) - 7)}\"}}", Nested(64, "{\"a\":", "}"), Nested(65, "{\"a\":", "}"),
        "{\"a\":\"\\u0000\"}", "{\"a\":\"\\udc00\"}",
    ];

    private const string Rich = """{"a":1.50,"b":[1,{"x":null}],"c/d":"é😀<&>'\"+`\\\u007f\u2028\u0001\n","e":{"~f":true},"n":[-0,0.0,1e2,100,12345678901234567890.10,-1.5e-7,1e999999999,1e9999999999],"s":"","o":{"b":1,"a":{"\ue000":1,"😀":2,"z":3}},"t":false}""";

    /// <summary>Every request of the corpus.</summary>
    public static IEnumerable<EnqueueCase> All()
    {
        foreach (var type in (string?[])[null, "", "a", "a.b_c:d-9", "A", "-a", "a b", "é", new string('t', 128), new string('t', 129)])
            yield return new EnqueueCase(type, "{}", "{}");
        foreach (var payload in Payloads)
            yield return new EnqueueCase(Type, payload, "{}");
        yield return new EnqueueCase(Type, Payload: null, "{}");
        foreach (var duration in Durations)
        {
            foreach (var options in (string[])[$"\"delay\":{duration}", $"\"keepResult\":{duration}", $"\"timeout\":{duration}", $"\"timeout\":{{\"hard\":{duration}}}", $"\"retry\":{{\"base\":{duration},\"max\":{duration},\"maxElapsed\":{duration}}}"])
                yield return Options(options);
        }

        foreach (var time in Times)
        {
            yield return Options($"\"runAt\":\"{time}\"");
            yield return Options($"\"expiresAt\":\"{time}\",\"deadline\":\"{time}\"");
            yield return Options($"\"runAt\":\"{time}\",\"expiresAt\":\"2090-12-01T07:00:00Z\",\"deadline\":\"{time}\"");
        }

        foreach (var number in Numbers)
        {
            yield return Options($"\"priority\":{number}");
            yield return Options($"\"retry\":{{\"maxAttempts\":{number},\"factor\":2}}");
            yield return Options($"\"retry\":{{\"factor\":{number}}}");
        }

        foreach (var text in Strings)
        {
            foreach (var member in (string[])["queue", "runAt", "expiresAt", "deadline", "other"])
                yield return Options($"\"{member}\":{text}");
        }

        foreach (var retry in Retries)
            yield return Options($"\"retry\":{retry}");
        foreach (var timeout in Timeouts)
            yield return Options($"\"timeout\":{timeout}");
        foreach (var unique in Uniques)
        {
            yield return new EnqueueCase(Type, Rich, $"{{\"unique\":{unique}}}");
            yield return new EnqueueCase(Type, Rich, $"{{\"delay\":5,\"unique\":{unique}}}");
        }

        foreach (var sequence in Sequences)
        {
            yield return Options($"\"sequence\":{sequence}");
            yield return Options($"\"sequence\":{sequence},\"delay\":\"1h\",\"unique\":{{\"key\":\"s\"}}");
        }

        foreach (var tags in Tags)
            yield return Options($"\"tags\":{tags}");
        foreach (var keys in LimitKeys)
            yield return Options($"\"limitKeys\":{keys}");
        foreach (var metadata in Metadata)
            yield return Options($"\"metadata\":{metadata}");
        foreach (var options in (string[])["\"runAt\":\"2090-12-01T08:00:00Z\",\"delay\":\"5s\"", "\"runAt\":\"x\",\"delay\":\"y\"", "\"Queue\":\"a\"", "\"queue\":\"a\",\"queue\":\"b\"", "\"a/b~c\":1,\"\":2", $"\"{new string('n', 300)}\":1", "\"nested\":{\"a\":1,\"a\":2}", "\"retry\":{\"x\":{\"a\":1,\"a\":1}}"])
            yield return Options(options);
        yield return new EnqueueCase("A", "{}", """{"queue":"B","priority":11,"runAt":"x","delay":"y","expiresAt":1970,"retry":{"backoff":"z"}}""");
        yield return new EnqueueCase("A", "{}", """{"queue":"B","priority":11,"runAt":"x","delay":"y","expiresAt":"1970","deadline":"","retry":{"backoff":"z","a":1},"timeout":"q","unique":{"scope":"x"},"limitKeys":["-"],"tags":{"":null},"keepResult":"w","zz":0}""");
        yield return Options("\"tags\":{" + string.Join(',', Enumerable.Range(0, 150).Select(i => $"\"bad {i}\":\"\"")) + "}");
        foreach (var parent in (string[])[TraceParent, TraceParent.ToUpperInvariant(), TraceParent[..^1], "ff" + TraceParent[2..], TraceParent + "-x", "01" + TraceParent[2..] + "-x", "01" + TraceParent[2..] + "x", "00-" + new string('0', 32) + TraceParent[35..], TraceParent[..36] + new string('0', 16) + "-01", "x"])
            yield return Options("") with { TraceParent = parent, TraceState = "a=b,c=d" };
        foreach (var state in (string[])["", new string('s', 512), new string('s', 513), "a~ b"])
            yield return Options("") with { TraceParent = TraceParent, TraceState = state };
    }

    /// <summary>Members of the corpus put together at random.</summary>
    public static Gen<EnqueueCase> Some { get; } = Gen.Select(
        Gen.OneOfConst(Payloads),
        Gen.Select(
            Gen.OneOfConst("queue", "priority", "runAt", "delay", "expiresAt", "deadline", "retry", "timeout", "unique", "sequence", "limitKeys", "tags", "metadata", "keepResult", "other"),
            Gen.Int[0, 1_000]).Array[0, 6],
        (payload, members) => new EnqueueCase(
            Type, payload, $"{{{string.Join(',', members.DistinctBy(member => member.Item1, StringComparer.Ordinal).Select(member => $"\"{member.Item1}\":{ValueOf(member.Item1, member.Item2)}"))}}}"));

    private static string ValueOf(string member, int number)
    {
        var values = member switch
        {
            "queue" or "other" => Strings,
            "priority" => Numbers,
            "runAt" or "expiresAt" or "deadline" => [.. Times.Select(time => $"\"{time}\"")],
            "delay" or "keepResult" => Durations,
            "retry" => Retries,
            "timeout" => Timeouts,
            "unique" => Uniques,
            "sequence" => Sequences,
            "limitKeys" => LimitKeys,
            "tags" => Tags,
            _ => Metadata,
        };
        return values[number % values.Length];
    }

    private static EnqueueCase Options(string members) => new(Type, "{}", $"{{{members}}}");

    private static string Nested(int depth, string open = "[", string close = "]")
    {
        var text = new StringBuilder();
        for (var i = 0; i < depth; i++)
            text.Append(open);
        if (!open.EndsWith('['))
            text.Append('1');
        for (var i = 0; i < depth; i++)
            text.Append(close);
        return text.ToString();
    }
}
