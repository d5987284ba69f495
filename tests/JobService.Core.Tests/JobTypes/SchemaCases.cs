using CsCheck;

namespace JobService.Core.Tests.JobTypes;

/// <summary>Schemas and payloads for whoever checks the one by the other: the service, and the database where jobs are enqueued in SQL.</summary>
public static class SchemaCases
{
    private static readonly Gen<string> Scalar = Gen.OneOfConst("null", "true", "false", "0", "1", "1.0", "2", "2.5", "-3", "\"\"", "\"a\"", "\"ab\"", "\"abc\"");

    public static readonly Gen<string> Value = Gen.Recursive<string>((depth, inner) => depth > 2 ? Scalar : Gen.Frequency(
        (3, Scalar),
        (2, inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]")),
        (3, Gen.Select(Gen.OneOfConst("a", "b", "cc"), inner).Array[0, 3].Select(members => Object(members)))));

    public static readonly Gen<string> Schema = Gen.Recursive<string>((depth, inner) => depth > 3 ? Gen.OneOfConst("true", "false", "{}", """{"type":"string"}""") : Gen.Frequency(
        (1, Gen.OneOfConst("true", "{}")),
        (6, Keyword(depth > 2 ? Gen.OneOfConst("true", """{"type":"integer"}""", """{"type":"string"}""") : inner).Array[1, 3].Select(keywords => Object(keywords)))));

    /// <summary>A schema, a payload, and the pointers to what is wrong with it, parted by spaces.</summary>
    public static TheoryData<string, string, string> Told => new()
    {
        { """{"type":"object","required":["a","b"]}""", """{"a":1}""", "/payload/b" },
        { """{"properties":{"a":{"type":"string"}}}""", """{"a":5}""", "/payload/a" },
        { """{"properties":{"a/b":{"items":{"type":"integer"}}}}""", """{"a/b":[1,2.5,"x"]}""", "/payload/a~1b/1 /payload/a~1b/2" },
        { """{"additionalProperties":false,"properties":{"a":true}}""", """{"a":1,"b":2}""", "/payload/b" },
        { """{"properties":{"a":false}}""", """{"a":1}""", "/payload/a" },
        { """{"maximum":5}""", "1e400", "/payload" },
        { """{"minimum":1}""", "1e-400", "/payload" },
        { """{"maximum":9007199254740992}""", "9007199254740993", "/payload" },
        { """{"const":1}""", "1e400", "/payload" },
        { """{"enum":[0.1]}""", "0.10", "" },
        { """{"multipleOf":0.01}""", "1e400", "" },
        { """{"multipleOf":0.01}""", "0.015", "/payload" },
        { """{"type":"integer"}""", "1.0", "" },
        { """{"uniqueItems":true}""", """[1,{"a":1,"b":2},{"b":2,"a":1.0}]""", "/payload" },
        { """{"maxLength":2}""", "\"a😀\"", "" },
        { """{"pattern":"^a+$"}""", "\"ab\"", "/payload" },
        { """{"anyOf":[{"type":"string"},{"required":["a"],"type":"object"}]}""", "{}", "/payload" },
        { """{"oneOf":[{"type":"number"},{"type":"integer"}]}""", "1", "/payload" },
        { """{"not":{"type":"null"}}""", "null", "/payload" },
        { """{"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}}""", """{"a":1}""", "/payload/b" },
        { """{"dependentRequired":{"a":["b"]}}""", """{"a":1}""", "/payload/b" },
        { """{"$ref":"#/$defs/tree","$defs":{"tree":{"properties":{"left":{"$ref":"#/$defs/tree"},"value":{"type":"integer"}}}}}""", """{"left":{"left":{"value":"x"}}}""", "/payload/left/left/value" },
        { """{"x-ignoreCase":true,"type":"object","required":["url"],"properties":{"url":{"type":"string"}}}""", """{"URL":5}""", "/payload/URL" },
        { """{"x-ignoreCase":true,"type":"object","required":["url"]}""", """{"Url":5}""", "" },
        { "true", "5", "" },
        { "false", "5", "/payload" },
    };

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
