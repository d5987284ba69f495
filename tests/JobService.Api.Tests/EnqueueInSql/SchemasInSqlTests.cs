using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using JobService.Core.Errors;
using JobService.Core.JobTypes.Schemas;
using JobService.Core.Tests.JobTypes;
using JobService.TestKit;
using Npgsql;

namespace JobService.Api.Tests.EnqueueInSql;

/// <summary>A payload is checked in SQL as the service checks it: the same faults at the same places in the same words, in the same number of steps; or SQL says that it can't tell.</summary>
public sealed class SchemasInSqlTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Check = "SELECT coalesce(string_agg(f ->> 'pointer' || ': ' || (f ->> 'detail'), E'\n' ORDER BY n), '') FROM unnest((jobservice.check_value($1::json, $1::json, $2::json, '/payload', '{}', false, 2000000, '{}')).faults) WITH ORDINALITY AS u(f, n)";

    private static readonly string[] MoreSchemas =
    [
        """{"type":["string","null"]}""", """{"type":["integer","object","array","boolean","number","null","integer"]}""", """{"enum":["a",1,null,{"x":[1,2.0]},"a long text that is longer than what a sentence repeats of a schema, which ends after a hundred characters 😀"]}""",
        """{"const":{"b":[1,{"c":1e2}],"a":"😀"}}""", """{"minimum":-1.5,"maximum":1e3,"exclusiveMinimum":-1.5,"exclusiveMaximum":1000.0}""", """{"multipleOf":0.3}""", """{"multipleOf":7}""", """{"multipleOf":1e-7}""", """{"multipleOf":123456789012345678}""",
        """{"minLength":2,"maxLength":3}""", """{"minProperties":2,"maxProperties":2,"propertyNames":{"maxLength":2,"pattern":"^[a-z]+$"}}""", """{"patternProperties":{"^x":{"type":"integer"},"y$":{"minimum":5}},"additionalProperties":{"type":"string"},"properties":{"xy":{"maximum":7}}}""",
        """{"properties":{"a":{"properties":{"b":{"properties":{"c":false}}}}},"additionalProperties":false}""", """{"prefixItems":[{"type":"integer"},{"type":"string"}],"items":{"type":"boolean"},"minItems":1,"maxItems":4}""",
        """{"contains":{"type":"integer"},"minContains":2,"maxContains":3}""", """{"contains":false,"minContains":0}""", """{"uniqueItems":true,"items":{"type":["object","number","string"]}}""", """{"uniqueItems":false}""",
        """{"$ref":"#/$defs/a%20b","$defs":{"a b":{"$ref":"#/$defs/c~1d"},"c/d":{"type":"object","required":["x"]}}}""", """{"allOf":[{"required":["a"]},{"required":["b"]},{"properties":{"a":{"type":"integer"}}}]}""",
        """{"anyOf":[{"type":"integer"},{"items":{"type":"integer"}}],"oneOf":[{"type":"array"},{"type":"integer"},{"minItems":2}],"not":{"const":[5]}}""", """{"if":{"type":"object"},"then":{"required":["k"]}}""", """{"if":false,"else":{"type":"string"}}""",
        """{"dependentSchemas":{"a":{"required":["z"]},"b":false},"dependentRequired":{"a":["q","r"]}}""", """{"x-ignoreCase":true,"required":["To","From"],"properties":{"to":{"type":"string"},"TO":{"type":"integer"}},"additionalProperties":false,"x-other":1}""",
        """{"title":"t","description":"d","$comment":"c","default":1,"examples":[1],"format":"uuid","readOnly":true,"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"x","definitions":{"q":true},"type":"string"}""",
        """{"allOf":[{"properties":{"a":{"$ref":"#"}}},{"properties":{"a":{"$ref":"#"}}}]}""", """{"items":{"$ref":"#"},"type":["array","integer"]}""", "true", "false", " false ", "{}",
    ];

    private static readonly string[] Payloads =
    [
        "null", "true", "0", "-1.5", "1.0", "1e2", "100", "999.9999999999999999999", "1000", "1000.00000000000000001", "0.6", "0.9", "0.90000000000000000001", "14", "1e400", "1e-400", "123456789012345678", "246913578024691356e5", "\"\"", "\"a\"", "\"ab\"", "\"abcd\"", "\"😀😀\"",
        "\"a long text that is longer than what a sentence repeats of a schema, which ends after a hundred characters 😀\"", "{}", """{"a":1}""", """{"a":1,"b":2}""", """{"a":{"b":{"c":1}},"d":1}""", """{"x1":"a","wy":4,"xy":8,"other":5,"o":"s"}""", """{"b":[1,{"c":100.0}],"a":"\ud83d\ude00"}""",
        """{"To":"x","FROM":1}""", """{"tO":5}""", """{"toolong":1,"Q":2}""", "[]", "[1]", "[5]", "[1,\"a\",true,1]", "[\"a\",1,5,5,5]", "[1,1.0]", "[{\"a\":1,\"b\":2},{\"b\":2.0,\"a\":1}]", "[[[1,\"x\"]],[]]", """{"x":[1,2]}""", """{"x":[1,2.00]}""", """{"k":1}""", """{"a/b":{"~":[{"c":false}]}}""",
    ];

    /// <summary>Regular expressions of .NET, and texts that they take and don't.</summary>
    private static readonly string[] Patterns =
    [
        "^a+$", "a", "^$", "", "^a*?b$", "a{2}", "^a{2,}$", "^a{1,3}$", "^(ab|cd)+$", "^(?:ab|cd)?$", "^(?<name>a)b$", "a|", "^[a-z0-9]+$", "[^a-z]", "^[]a]+$", "^[^]a]+$", "[a-]", "[-a]", "[a\\-z]", "^\\d+$", "\\D", "^\\w+$", "\\W", "^\\s*$", "\\S", "^[\\d.]+$", "[\\s\\S]", "^[\\w-]+@[\\w.]+$",
        ".", "^.$", "^..$", "^.{2}$", "a$", "a\\z", "a\\Z", "\\Aa", "\\bb\\b", "\\Bb", "\\.", "\\\\", "^\\/$", "\\{", "{", "a{", "a{,2}", "}", "]", "^\\x41\\u00e9$", "^[\\x41-\\u00ff]+$", "\\t", "[\\t\\n]", "^\\p{L}+$", "\\p{Lu}", "\\P{L}", "^[é-ü]+$", "^😀$", "^[😀]$", "^[^😀]+$", "[\\uE000-\\uFFFF]", "^[a-\\uFFFF]+$",
        "^(a|b|)$", "(a)(b)(c)", "a.c", "x*", "^[A-Z]{3}-[0-9]{4}$", "^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$", "^(\\+|-)?[0-9]+(\\.[0-9]+)?$", "^https?://", "^[a-z]+(-[a-z]+)*$", "^(?i)a$", "(?i:a)", "[a-z-[m]]", "^[$]$", "^[.*+?]$", "#", "a b", "^[!-~]+$", "[[:alpha:]]", "[a&&b]", "\\e", "[\\b]", "^a{300}$", "^(a{0})$", "\\0", "^*a", "(?=a)",
    ];

    private static readonly string[] Texts =
    [
        "", "a", "b", "aa", "ab", "abab", "aaab", "abc", "A", "AÉ", "Aé", "é", "ü", "ß", "0", "٣", "1.5", "-1", "+1.50", "a-b", "a_b", " ", "\t", "\n", "a\n", "\na", "a\nb", "a\u00a0", "\u2028", "😀", "😀😀", "a😀", "\ue000", "\uffff", "foo@bar.com", "https://x", "ABC-1234", "]", "[", "{", "}", "\\", "/", ".", "$", "*", "#", "a b",
        "abc def", "_", "-", "m", "&", "b-", "x.y.z", "\u0000", "\u007f", "\u0008",
    ];

    [Fact]
    public async Task The_faults_are_those_of_the_service()
    {
        var differences = new List<string>();
        foreach (var schema in SchemaCases.Told.Select(told => told.Data.Item1).Concat(MoreSchemas))
        {
            foreach (var payload in SchemaCases.Told.Select(told => told.Data.Item2).Concat(Payloads))
                await CompareAsync(schema, payload, differences);
        }

        Assert.True(differences.Count == 0, string.Concat(differences.Take(20)));
    }

    [Fact]
    public Task They_are_for_schemas_that_are_put_together_at_random() => Gen.Select(SchemaCases.Schema, SchemaCases.Value).SampleAsync(
        async (schema, value) =>
        {
            var differences = new List<string>();
            await CompareAsync(schema, value, differences);
            Assert.True(differences.Count == 0, string.Concat(differences));
        },
        iter: 2_000,
        threads: 2);

    [Fact]
    public async Task A_pattern_matches_what_it_matches_in_the_service_or_SQL_says_that_it_cannot_tell()
    {
        var differences = new List<string>();
        var told = 0;
        foreach (var pattern in Patterns)
        {
            Regex regex;
            try
            {
                regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Timeout.InfiniteTimeSpan);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                // The service takes no such schema.
                continue;
            }

            foreach (var text in Texts.Where(text => !text.Contains('\0', StringComparison.Ordinal)))
            {
                try
                {
                    var isMatch = await database.QueryAsync<bool>("SELECT jobservice.matches_pattern($1, $2)", text, pattern);
                    told++;
                    if (isMatch != regex.IsMatch(text))
                        differences.Add($"{pattern} and {JsonSerializer.Serialize(text)}: {!isMatch} in the service, as {await database.QueryAsync<string>("SELECT (jobservice.translate_pattern($1)).pattern", pattern)}\n");
                }
                catch (PostgresException e) when (e.SqlState is "0A000")
                {
                }
            }
        }

        Assert.True(differences.Count == 0, string.Concat(differences));
        Assert.True(told > 70 * Texts.Length, $"{told} were told");
    }

    [Fact]
    public async Task Digits_and_spaces_are_those_of_the_service()
    {
        const string each = "SELECT string_agg(c::text, ',' ORDER BY c) FROM generate_series(1, 65535) AS c WHERE c NOT BETWEEN 55296 AND 57343 AND jobservice.matches_pattern(chr(c), $1)";
        var characters = Enumerable.Range(1, 65535).Where(c => c is < 0xD800 or > 0xDFFF).ToArray();

        Assert.Equal(string.Join(',', characters.Where(c => char.IsDigit((char)c))), await database.QueryAsync<string>(each, "\\d"));
        Assert.Equal(string.Join(',', characters.Where(c => char.IsWhiteSpace((char)c))), await database.QueryAsync<string>(each, "\\s"));
    }

    private async Task CompareAsync(string schema, string payload, List<string> differences)
    {
        if (PayloadSchema.Read(Encoding.UTF8.GetBytes(schema), "").IsRefused(out _, out var read))
            return;
        var expected = string.Join('\n', read.Check(Encoding.UTF8.GetBytes(payload), "/payload").Select((Fault fault) => $"{fault.Pointer}: {fault.Detail}"));
        var told = await database.QueryAsync<string>(Check, schema, payload);
        if (!string.Equals(expected, told, StringComparison.Ordinal))
            differences.Add($"{schema}\n{payload}\nin the service:\n{expected}\nin SQL:\n{told}\n\n");
    }
}
