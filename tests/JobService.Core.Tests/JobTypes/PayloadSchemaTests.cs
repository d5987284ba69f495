using System.Text;
using JobService.Core.Errors;
using JobService.Core.JobTypes.Schemas;

namespace JobService.Core.Tests.JobTypes;

public sealed class PayloadSchemaTests
{
    [Theory]
    [MemberData(nameof(SchemaCases.Told), MemberType = typeof(SchemaCases))]
    public void A_payload_is_told_where_it_is_not_as_its_schema_says(string schema, string payload, string pointers) =>
        Assert.Equal(pointers, string.Join(' ', Read(schema).Check(Encoding.UTF8.GetBytes(payload), "/payload").Select(fault => fault.Pointer)));

    [Theory]
    [InlineData("""{"properties":{"a":{"$ref":"https://example.com/a.json"}}}""", "/schema/properties/a/$ref")]
    [InlineData("""{"$ref":"other.json#/a"}""", "/schema/$ref")]
    [InlineData("""{"$ref":"#/$defs/gone"}""", "/schema/$ref")]
    [InlineData("""{"$ref":"#anchor"}""", "/schema/$ref")]
    [InlineData("""{"$ref":"#"}""", "/schema")]
    [InlineData("""{"allOf":[{"anyOf":[{"$ref":"#"}]}]}""", "/schema")]
    [InlineData("""{"pattern":"(?<=a)b"}""", "/schema/pattern")]
    [InlineData("""{"pattern":"(a)\\1"}""", "/schema/pattern")]
    [InlineData("""{"pattern":"("}""", "/schema/pattern")]
    [InlineData("""{"pattern":"((a{1000}){1000}){1000}"}""", "/schema/pattern")]
    [InlineData("""{"patternProperties":{"(?!a)":true}}""", "/schema/patternProperties/(?!a)")]
    [InlineData("""{"unevaluatedProperties":false}""", "/schema/unevaluatedProperties")]
    [InlineData("""{"$dynamicRef":"#a"}""", "/schema/$dynamicRef")]
    [InlineData("""{"$defs":{"unused":{"foo":1}}}""", "/schema/$defs/unused/foo")]
    [InlineData("""{"items":[true]}""", "/schema/items")]
    [InlineData("""{"exclusiveMinimum":true}""", "/schema/exclusiveMinimum")]
    [InlineData("""{"type":"text"}""", "/schema/type")]
    [InlineData("""{"minItems":-1}""", "/schema/minItems")]
    [InlineData("""{"multipleOf":0}""", "/schema/multipleOf")]
    [InlineData("""{"required":"a"}""", "/schema/required")]
    [InlineData("""{"properties":{"a":5}}""", "/schema/properties/a")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-04/schema#"}""", "/schema/$schema")]
    [InlineData("""{"properties":{"a":{"$id":"b"}}}""", "/schema/properties/a/$id")]
    [InlineData("5", "/schema")]
    public void A_schema_that_cannot_be_bounded_or_is_not_known_is_refused_with_a_pointer(string schema, string pointer)
    {
        Assert.True(PayloadSchema.Read(Encoding.UTF8.GetBytes(schema), "/schema").IsRefused(out var refusal, out _));
        Assert.Equal([pointer], Assert.IsType<Refusal.Invalid>(refusal).Faults.Select(fault => fault.Pointer));
    }

    [Fact]
    public void A_schema_has_its_bounds()
    {
        var chain = string.Join(',', Enumerable.Range(0, 40).Select(i => $$$"""
            "d{{{i}}}":{"$ref":"#/$defs/d{{{i + 1}}}"}
            """));

        Assert.True(PayloadSchema.Read(Encoding.UTF8.GetBytes($$"""{"description":"{{new string('x', PayloadSchema.MaxBytes)}}"}"""), "").IsRefused(out _, out _));
        Assert.True(PayloadSchema.Read(Encoding.UTF8.GetBytes("{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + chain + ",\"d40\":true}}"), "").IsRefused(out _, out _));
    }

    [Fact]
    public void A_payload_takes_a_bounded_number_of_steps()
    {
        // Each level asks the next twice: two to the power of 60 looks at the innermost value, if nobody counted.
        var schema = Read("""{"allOf":[{"properties":{"a":{"$ref":"#"}}},{"properties":{"a":{"$ref":"#"}}}]}""");
        var payload = string.Concat(Enumerable.Repeat("{\"a\":", 60)) + "1" + new string('}', 60);

        var fault = Assert.Single(schema.Check(Encoding.UTF8.GetBytes(payload), "/payload"));

        Assert.Equal("/payload", fault.Pointer);
        Assert.Contains("too many steps", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_payloads_of_a_request_take_a_bounded_number_of_steps()
    {
        // Each takes a quarter of what one may.
        var schema = Read("""{"allOf":[{"properties":{"a":{"$ref":"#"}}},{"properties":{"a":{"$ref":"#"}}}]}""");
        var payload = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 16)) + "1" + new string('}', 16));
        var steps = new CheckSteps();

        var refused = Enumerable.Range(0, 300).Select(i => schema.Check(payload, $"/jobs/{i}/payload", steps)).SkipWhile(faults => faults.Count == 0).ToArray();

        Assert.InRange(refused.Length, 1, 299);
        Assert.All(refused, faults => Assert.Contains("Send fewer jobs at once", Assert.Single(faults).Detail, StringComparison.Ordinal));
        Assert.Empty(schema.Check(payload, "/payload"));
    }

    [Fact]
    public void A_pattern_takes_a_step_a_character()
    {
        var schema = Read("""{"pattern":"^(a+)+$"}""");

        Assert.Single(schema.Check(Encoding.UTF8.GetBytes($"\"{new string('a', 100_000)}!\""), ""));
    }

    [Fact]
    public void What_a_later_version_stored_takes_everything() => Assert.Empty(PayloadSchema.Stored("""{"later":1}""").Check("5"u8.ToArray(), ""));

    [Theory]
    [InlineData("""{"type":"object","properties":{"to":{"type":"string","format":"email"},"n":{"type":["null","integer"],"minimum":3},"tags":{"items":{"enum":["x","y"]}}}}""")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"const":{"b":1}}}}""")]
    [InlineData("""{"anyOf":[{"exclusiveMinimum":7},{"type":"string"}]}""")]
    [InlineData("""{"type":"array","items":{"type":"boolean"}}""")]
    [InlineData("true")]
    public void An_example_is_one_that_the_schema_takes(string schema)
    {
        var example = PayloadExample.Of(schema);

        Assert.NotNull(example);
        Assert.Empty(Read(schema).Check(Encoding.UTF8.GetBytes(example), ""));
    }

    [Fact]
    public void Of_what_nothing_can_be_made_up_for_there_is_no_example() => Assert.Null(PayloadExample.Of("""{"type":"string","pattern":"^x{9}$"}"""));

    [Fact]
    public void Nor_is_there_one_that_is_deeper_than_a_payload_may_be()
    {
        var (deep, place) = (new string('[', 61) + new string(']', 61), """{"$ref":"#/$defs/deep"}""");
        for (var i = 0; i < 3; i++)
            place = $$$"""{"properties":{"a":{{{place}}}}}""";

        Assert.Null(PayloadExample.Of($$$"""{"$defs":{"deep":{"const":{{{deep}}}}},"properties":{"a":{{{place}}}}}"""));
    }

    private static PayloadSchema Read(string schema) =>
        PayloadSchema.Read(Encoding.UTF8.GetBytes(schema), "").IsRefused(out var refusal, out var read) ? throw new ArgumentException($"{refusal}", nameof(schema)) : read;
}
