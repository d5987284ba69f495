using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using JobService.Core.JobTypes.Schemas;

namespace JobService.Core.Handlers;

/// <summary>
/// Writes the JSON Schema of what a handler takes. It refuses nothing that the deserialiser would take: what the exporter says more narrowly than that is taken back, such as the names
/// of an enumeration, which are read in any case and as numbers too.
/// </summary>
internal static class PayloadSchemaWriter
{
    /// <summary>What a handler takes of which nothing can be told.</summary>
    public const string Anything = "true";

    private static readonly FrozenDictionary<Type, (string Least, string Most)> WholeNumbers = new Dictionary<Type, (string Least, string Most)>
    {
        [typeof(sbyte)] = Range(sbyte.MinValue, sbyte.MaxValue),
        [typeof(byte)] = Range(byte.MinValue, byte.MaxValue),
        [typeof(short)] = Range(short.MinValue, short.MaxValue),
        [typeof(ushort)] = Range(ushort.MinValue, ushort.MaxValue),
        [typeof(int)] = Range(int.MinValue, int.MaxValue),
        [typeof(uint)] = Range(uint.MinValue, uint.MaxValue),
        [typeof(long)] = Range(long.MinValue, long.MaxValue),
        [typeof(ulong)] = Range(ulong.MinValue, ulong.MaxValue),
    }.ToFrozenDictionary();

    public static string Write(Type payload)
    {
        if (payload == typeof(RawPayload))
            return Anything;

        var options = PayloadReader.OptionsOf(payload);
        try
        {
            var exporter = new JsonSchemaExporterOptions { TransformSchemaNode = Widen };
            var node = options.GetJsonSchemaAsNode(payload, exporter);
            var schema = (IsNullRefused(payload, options) ? NonNullSchema.Of(node) : node).ToJsonString();
            return PayloadSchema.Read(Encoding.UTF8.GetBytes(schema), "").IsRefused(out _, out _) ? Anything : schema;
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException)
        {
            // What can't be described may still be read; and what can't be read at all, the first attempt tells.
            return Anything;
        }
    }

    /// <summary>Whether null is read as none, which <see cref="PayloadReader"/> calls no handler with; the exporter takes it for what may always be.</summary>
    private static bool IsNullRefused(Type payload, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize("null", payload, options) is null;
        }
        catch (JsonException)
        {
            return true;
        }
    }

    private static JsonNode Widen(JsonSchemaExporterContext context, JsonNode schema)
    {
        // Read and thrown away, whatever it is.
        if (context.PropertyInfo is { Set: null, AssociatedParameter: null })
            return JsonValue.Create(true);
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) is { } underlying ? context.TypeInfo.Options.GetTypeInfo(underlying) : context.TypeInfo;
        if (type.Type == typeof(TimeSpan) && context.PropertyInfo?.CustomConverter is null)
            return Duration(isNullable: type != context.TypeInfo);
        if (schema is not JsonObject found)
            return schema;

        // What may be null is told by the members of what it is otherwise.
        if (type.Type.IsEnum)
            return new JsonObject { ["examples"] = new JsonArray([.. Enum.GetNames(type.Type).Select(name => (JsonNode)name)]) };

        // A type that the exporter does not know takes nothing, by its word.
        if (found["not"] is JsonValue never && never.GetValueKind() == JsonValueKind.True)
            return JsonValue.Create(true);

        // Of numbers in quotes, which may be written in more ways than it says.
        found.Remove("pattern");
        if (context.PropertyInfo?.CustomConverter is null && WholeNumbers.TryGetValue(type.Type, out var range) && found.ContainsKey("type"))
            (found["minimum"], found["maximum"]) = (JsonNode.Parse(range.Least), JsonNode.Parse(range.Most));
        if (type.Kind == JsonTypeInfoKind.Object && type.Options.PropertyNameCaseInsensitive)
            found[SchemaCompiler.IgnoreCase] = true;
        if (found["required"] is JsonArray required)
            KeepRequired(found, required, type);
        if (found["additionalProperties"] is JsonValue closed && closed.GetValueKind() == JsonValueKind.False)
            AddIgnored(found, type);
        return found;
    }

    private static (string Least, string Most) Range(Int128 least, Int128 most) => (least.ToString(CultureInfo.InvariantCulture), most.ToString(CultureInfo.InvariantCulture));

    // As the converter of the service reads it; which texts are durations, it tells itself.
    private static JsonObject Duration(bool isNullable) =>
        new() { ["type"] = isNullable ? new JsonArray("string", "number", "null") : new JsonArray("string", "number"), ["examples"] = new JsonArray("30s") };

    // A parameter of a constructor that isn't given is as by default, whether it has one or not.
    private static void KeepRequired(JsonObject schema, JsonArray required, JsonTypeInfo type)
    {
        var optional = type.Properties.Where(property => !property.IsRequired).Select(property => property.Name).ToHashSet(StringComparer.Ordinal);
        string[] kept = [.. required.Select(name => name!.GetValue<string>()).Where(name => !optional.Contains(name))];
        if (kept.Length == 0)
            schema.Remove("required");
        else
            schema["required"] = new JsonArray([.. kept.Select(name => (JsonNode)name)]);
    }

    // Members that the type has and does not read are no unknown ones.
    private static void AddIgnored(JsonObject schema, JsonTypeInfo type)
    {
        var members = schema["properties"] as JsonObject;
        if (members is null)
            schema["properties"] = members = [];
        foreach (var property in type.Properties)
        {
            if (!members.ContainsKey(property.Name))
                members[property.Name] = true;
        }
    }
}
