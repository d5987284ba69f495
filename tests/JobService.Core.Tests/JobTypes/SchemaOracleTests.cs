using System.Text;
using System.Text.Json;
using CsCheck;
using JobService.Core.JobTypes.Schemas;
using Json.Schema;

namespace JobService.Core.Tests.JobTypes;

/// <summary>
/// JsonSchema.Net says what a schema takes, as far as it can: numbers beyond its own are left out here. It doesn't check the product's payloads, since
/// it has no bounds: three short schemas keep it busy for ever (docs/adr).
/// </summary>
public sealed class SchemaOracleTests
{
    private static readonly Gen<string> Scalar = Gen.OneOfConst("null", "true", "false", "0", "1", "1.0", "2", "2.5", "-3", "\"\"", "\"a\"", "\"ab\"", "\"abc\"");

    private static readonly Gen<string> Value = Gen.Recursive<string>((depth, inner) => depth > 2 ? Scalar : Gen.Frequency(
        (3, Scalar),
        (2, inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]")),
        (3, Gen.Select(Gen.OneOfConst("a", "b", "cc"), inner).Array[0, 3].Select(members => Object(members)))));

    private static readonly Gen<string> Schema = Gen.Recursive<string>((depth, inner) => depth > 3 ? Gen.OneOfConst("true", "false", "{}", """{"type":"string"}""") : Gen.Frequency(
        (1, Gen.OneOfConst("true", "{}")),
        (6, Keyword(depth > 2 ? Gen.OneOfConst("true", """{"type":"integer"}""", """{"type":"string"}""") : inner).Array[1, 3].Select(keywords => Object(keywords)))));

    [Fact]
    public void It_takes_what_the_oracle_takes() => Gen.Select(Schema, Value).Sample(
        (schema, value) =>
        {
            using var document = JsonDocument.Parse(value);
            var expected = JsonSchema.FromText(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry() }).Evaluate(document.RootElement).IsValid;
            Assert.False(PayloadSchema.Read(Encoding.UTF8.GetBytes(schema), "").IsRefused(out var refusal, out var own), $"{schema}: {refusal}");

            Assert.True(expected == (own!.Check(Encoding.UTF8.GetBytes(value), "").Count == 0), $"{schema} takes {value}: {expected}");
        },
        iter: 3_000);

    private static Gen<(string Name, string Value)> Keyword(Gen<string> schema)
    {
        var count = Gen.Int[0, 3].Select(n => $"{n}");
        var number = Gen.OneOfConst("0", "1", "2", "2.5");
        var schemas = schema.Array[1, 3].Select(parts => $"[{string.Join(',', parts)}]");
        var byName = Gen.Select(Gen.OneOfConst("a", "b", "cc"), schema).Array[1, 2].Select(members => Object(members));
        var names = Gen.OneOfConst("a", "b", "cc").Array[1, 2].Select(all => $"[{string.Join(',', all.Distinct(StringComparer.Ordinal).Select(name => $"\"{name}\""))}]");
        return Gen.OneOf(
            Named(Gen.OneOfConst("\"string\"", "\"integer\"", "\"number\"", "\"object\"", "\"array\"", "\"boolean\"", "[\"null\",\"string\"]"), "type"),
            Named(Value.Array[1, 3].Select(all => $"[{string.Join(',', all)}]"), "enum"),
            Named(Value, "const"),
            Named(number, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
            Named(Gen.OneOfConst("1", "0.5", "2"), "multipleOf"),
            Named(count, "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
            Named(Gen.OneOfConst("\"^a\"", "\"b$\"", "\"[ab]{2}\""), "pattern"),
            Named(Gen.Const("true"), "uniqueItems"),
            Named(names, "required"),
            Named(byName, "properties", "dependentSchemas"),
            Named(schema.Select(part => $$"""{"^[ab]$":{{part}}}"""), "patternProperties"),
            Named(names.Select(all => $$"""{"a":{{all}}}"""), "dependentRequired"),
            Named(schema, "additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else"),
            Named(schemas, "prefixItems", "allOf", "anyOf", "oneOf"));
    }

    private static Gen<(string Name, string Value)> Named(Gen<string> value, params string[] names) => Gen.Select(Gen.OneOfConst(names), value);

    private static string Object(IEnumerable<(string Name, string Value)> members) =>
        $"{{{string.Join(',', members.DistinctBy(member => member.Name, StringComparer.Ordinal).Select(member => $"\"{member.Name}\":{member.Value}"))}}}";
}
