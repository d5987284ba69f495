using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CsCheck;
using JobService.Core.Errors;
using JobService.Core.Handlers;
using JobService.Core.JobTypes.Schemas;

namespace JobService.Core.Tests.Handlers;

/// <summary>A schema that refused what its handler takes would turn away work that was done the day before.</summary>
public sealed class PayloadSchemaWriterTests
{
    private enum Color
    {
        Red,
        Green,
    }

    public static TheoryData<Type> Types =>
    [
        typeof(Plain), typeof(Strict), typeof(Positional), typeof(Dictionary<string, Plain>), typeof(int[]), typeof(string), typeof(int), typeof(decimal?), typeof(Tree), typeof(Branch), typeof(Shape), typeof(JsonElement), typeof(Odd),
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_schema_takes_whatever_the_handler_takes(Type type)
    {
        Assert.False(PayloadSchema.Read(Encoding.UTF8.GetBytes(PayloadSchemaWriter.Write(type)), "").IsRefused(out var refusal, out var schema), $"{refusal}");
        var (taken, of) = (0, 0);
        Payload.Sample(
            payload =>
            {
                of++;
                if (!IsTaken(type, payload))
                    return;
                taken++;
                var faults = schema!.Check(Encoding.UTF8.GetBytes(payload), "");
                Assert.True(faults is [], $"{string.Join(' ', faults)}: {type.Name} takes {payload}, and its schema {PayloadSchemaWriter.Write(type)} doesn't.");
            },
            iter: 4_000,
            threads: 1);

        Assert.True(taken > 10, $"Only {taken} of {of} payloads were taken: the test tells nothing.");
    }

    [Theory]
    [InlineData(typeof(Plain), """{"count":1}""", "/name")]
    [InlineData(typeof(Plain), """{"NAME":5,"count":1}""", "/NAME")]
    [InlineData(typeof(Strict), """{"name":"a","other":1}""", "/other")]
    [InlineData(typeof(Strict), """{"Name":"a"}""", "/Name /name")]
    [InlineData(typeof(int[]), """[1,"x",true]""", "/2")]
    [InlineData(typeof(Tree), """{"value":1,"next":{"value":true}}""", "/next/value")]
    [InlineData(typeof(Plain), """{"name":"a","wait":true,"count":2147483648}""", "/wait /count")]
    [InlineData(typeof(Plain), """{"name":"a","wait":null,"count":-2147483649}""", "/wait /count")]
    [InlineData(typeof(ulong[]), "[0,18446744073709551615,-1,18446744073709551616]", "/2 /3")]
    public void What_it_can_never_take_is_refused(Type type, string payload, string pointers)
    {
        Assert.False(IsTaken(type, payload));
        Assert.Equal(pointers, string.Join(' ', PayloadSchema.Stored(PayloadSchemaWriter.Write(type)).Check(Encoding.UTF8.GetBytes(payload), "").Select(fault => fault.Pointer)));
    }

    [Theory]
    [InlineData(typeof(Plain), "an object")]
    [InlineData(typeof(Strict), "an object")]
    [InlineData(typeof(Branch), "an object")]
    [InlineData(typeof(Shape), "an object")]
    [InlineData(typeof(Dictionary<string, Plain>), "an object")]
    [InlineData(typeof(int[]), "an array")]
    [InlineData(typeof(string), "a string")]
    [InlineData(typeof(Color), "an object or an array or a string or a number or true or false")]
    [InlineData(typeof(object), "an object or an array or a string or a number or true or false")]
    [InlineData(typeof(decimal?), "a string or a number")]
    public void No_payload_is_refused_where_the_handler_needs_one(Type type, string expected)
    {
        Assert.False(IsTaken(type, "null"));
        Assert.Equal(new Fault("", $"Expected {expected}."), Assert.Single(PayloadSchema.Stored(PayloadSchemaWriter.Write(type)).Check("null"u8.ToArray(), "")));
    }

    [Fact]
    public void A_part_that_is_the_whole_again_may_be_null_where_the_handler_takes_it()
    {
        var schema = PayloadSchema.Stored(PayloadSchemaWriter.Write(typeof(Branch)));

        Assert.True(IsTaken(typeof(Branch), """{"name":"a","items":[null,{"name":"b","items":[null]}]}"""));
        Assert.Empty(schema.Check("""{"name":"a","items":[null,{"name":"b","items":[null]}]}"""u8.ToArray(), ""));
        Assert.Equal("/items/1/name", Assert.Single(schema.Check("""{"name":"a","items":[null,{"name":5}]}"""u8.ToArray(), "")).Pointer);
    }

    [Fact]
    public void Its_schema_makes_up_a_payload_that_a_handler_takes() =>
        Assert.Equal("""{"name":"text","count":1,"wait":"30s"}""", PayloadExample.Of(PayloadSchemaWriter.Write(typeof(Timed)))!);

    [Theory]
    [InlineData(typeof(RawPayload))]
    [InlineData(typeof(IntPtr))]
    public void Of_what_nothing_can_be_told_everything_is_taken(Type type) => Assert.Equal("true", PayloadSchemaWriter.Write(type));

    private static bool IsTaken(Type type, string payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, type, PayloadReader.OptionsOf(type)) is not null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return false;
        }
    }

    private static readonly Gen<string> Scalar = Gen.OneOfConst(
        "null", "true", "0", "1", "2", "1.5", "1e2", "-3", "\"\"", "\"a\"", "\"5\"", "\"+5\"", "\"1.5\"", "\"NaN\"", "\"Infinity\"", "\"red\"", "\"GREEN\"", "\"Red, Green\"",
        "\"00:00:30\"", "\"PT30S\"", "\"30s\"", "\"2026-12-01T08:00:00Z\"", "\"2026-12-01\"", "\"0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f\"", "\"QQ==\"", "\"https://example.com\"", "\"1.2.3\"");

    private static readonly Gen<string> Payload = Gen.Recursive<string>((depth, inner) => depth > 2 ? Scalar : Gen.Frequency(
        (2, Scalar),
        (1, inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]")),
        (9, Gen.Select(Gen.OneOfConst("name", "Name", "count", "color", "next", "value", "items", "at", "id", "$type", "side", "full", "hidden", "wait", "x"), inner).Array[0, 5].Select(members => Object(members, required: false))),
        (9, Gen.Select(Gen.OneOfConst("count", "color", "next", "value", "items", "at", "id", "side", "full", "hidden", "wait", "flags"), inner).Array[0, 4].Select(members => Object(members, required: true)))));

    private static string Object(IEnumerable<(string Name, string Value)> members, bool required) =>
        $"{{{string.Join(',', (required ? [("$type", "\"circle\""), ("name", "\"a\"")] : Array.Empty<(string Name, string Value)>()).Concat(members)
            .Where(member => required || member.Name is not "$type").DistinctBy(member => member.Name, StringComparer.Ordinal).Select(member => $"\"{member.Name}\":{member.Value}"))}}}";

    private sealed record Plain
    {
        public required string Name { get; init; }

        public int Count { get; init; }

        public double? Value { get; init; }

        public Color Color { get; init; }

        public DateTimeOffset At { get; init; }

        public Guid? Id { get; init; }

        public TimeSpan Wait { get; init; }

        public int[]? Items { get; init; }

        public string Full => Name;
    }

    [StrictPayload]
    private sealed record Strict
    {
        public required string Name { get; init; }

        [JsonPropertyName("$type")]
        public string? Kind { get; init; }

        public decimal Count { get; init; }

        [JsonConverter(typeof(JsonStringEnumConverter<Color>))]
        public Color? Color { get; init; }

        public IReadOnlyList<Color> Items { get; init; } = [];

        public string Full => Name;

        [JsonIgnore]
        public int Hidden { get; init; }

        public object? Value { get; init; }

        public JsonElement Next { get; init; }
    }

    private sealed record Positional(string Name, int Count = 3, Uri? At = null, byte[]? Value = null);

    private sealed record Tree(int Value, Tree? Next, IntPtr? Side = null);

    private sealed record Timed
    {
        public required string Name { get; init; }

        public int Count { get; init; }

        public TimeSpan? Wait { get; init; }
    }

    private sealed record Branch
    {
        public required string Name { get; init; }

        public IReadOnlyList<Branch> Items { get; init; } = [];
    }

    [JsonPolymorphic]
    [JsonDerivedType(typeof(Circle), "circle")]
    [JsonDerivedType(typeof(Square), 2)]
    private abstract record Shape
    {
        public string? Name { get; init; }
    }

    private sealed record Circle : Shape
    {
        public int Value { get; init; }
    }

    private sealed record Square : Shape
    {
        public required int Side { get; init; }
    }

    private sealed record Odd
    {
        [JsonNumberHandling(JsonNumberHandling.Strict)]
        public int Count { get; init; }

        public char? Name { get; init; }

        public Version? Value { get; init; }

        public DateOnly? At { get; init; }

        public HashSet<string>? Items { get; init; }

        public KeyValuePair<string, int>? Next { get; init; }

        public Half Side { get; init; }

        [JsonExtensionData]
        public Dictionary<string, JsonElement>? More { get; init; }
    }
}
