using System.Text.Json;
using System.Text.Json.Nodes;
using JobService.Core.Jobs.Json;
using JobService.Core.Keys;

namespace JobService.Core.JobTypes.Schemas;

/// <summary>Makes up a payload that a schema takes, to be shown: its own examples, or the plainest value of each kind.</summary>
public static class PayloadExample
{
    private const int MaxDepth = 6;
    private const int MaxMembers = 50;

    /// <summary>JSON; null where none could be made up that the schema takes.</summary>
    /// <param name="schema">A JSON Schema that <see cref="PayloadSchema.Read"/> takes.</param>
    public static string? Of(string schema)
    {
        using var document = JsonDocument.Parse(schema);
        var example = Make(document.RootElement, document.RootElement, MaxDepth)?.ToJsonString() ?? "null";
        return JobJson.Read(example, out _) is { } payload && PayloadSchema.Stored(schema).Check(payload, "").Count == 0 ? example : null;
    }

    private static JsonNode? Make(JsonElement schema, JsonElement root, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth == 0)
            return new JsonObject();
        if (schema.TryGetProperty("$ref", out var reference))
            return Make(Target(root, reference.GetString()!), root, depth - 1);
        if (schema.TryGetProperty("const", out var only) || schema.TryGetProperty("default", out only))
            return JsonNode.Parse(only.GetRawText());
        foreach (var keyword in (ReadOnlySpan<string>)["examples", "enum"])
        {
            if (schema.TryGetProperty(keyword, out var several) && several.ValueKind == JsonValueKind.Array && several.GetArrayLength() > 0)
                return JsonNode.Parse(several[0].GetRawText());
        }

        foreach (var keyword in (ReadOnlySpan<string>)["anyOf", "oneOf", "allOf"])
        {
            if (schema.TryGetProperty(keyword, out var parts))
                return Make(parts[0], root, depth - 1);
        }

        return KindOf(schema) switch
        {
            "array" => schema.TryGetProperty("items", out var items) ? new JsonArray(Make(items, root, depth - 1)) : [],
            "string" => Text(schema),
            "integer" or "number" => Number(schema),
            "boolean" => true,
            "null" => null,
            _ => Members(schema, root, depth),
        };
    }

    // Of several the one that says most.
    private static string? KindOf(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
            return schema.TryGetProperty("minimum", out _) || schema.TryGetProperty("exclusiveMinimum", out _) ? "number" : null;
        if (type.ValueKind == JsonValueKind.String)
            return type.GetString();
        var kinds = type.EnumerateArray().Select(kind => kind.GetString()!).Where(kind => kind is not "null").ToArray();
        return kinds.FirstOrDefault(kind => kind is not "string") ?? kinds.FirstOrDefault() ?? "null";
    }

    private static JsonObject Members(JsonElement schema, JsonElement root, int depth)
    {
        var members = new JsonObject();
        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in properties.EnumerateObject().Take(MaxMembers))
                members[member.Name] = Make(member.Value, root, depth - 1);
        }

        return members;
    }

    private static JsonNode Text(JsonElement schema) => schema.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.String
        ? format.GetString() switch
        {
            "date-time" => "2026-12-01T08:00:00Z",
            "date" => "2026-12-01",
            "time" => "08:00:00",
            "uuid" => "0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f",
            "uri" => "https://example.com/",
            "email" => "a@example.com",
            _ => "text",
        }
        : "text";

    private static JsonNode Number(JsonElement schema)
    {
        // The plainest of those of either sign.
        if (Bound(schema, "minimum") < 0 && Bound(schema, "maximum") is null or >= 1)
            return 1;
        if (schema.TryGetProperty("minimum", out var least))
            return JsonNode.Parse(least.GetRawText())!;
        return schema.TryGetProperty("exclusiveMinimum", out var above) && above.TryGetDecimal(out var bound) && bound < long.MaxValue ? bound + 1 : 1;
    }

    private static decimal? Bound(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var json) && json.TryGetDecimal(out var bound) ? bound : null;

    /// <summary>What a reference leads to, of a schema that was found to be valid.</summary>
    private static JsonElement Target(JsonElement root, string reference) => JsonPointer.Find(root, Uri.UnescapeDataString(reference[1..]))!.Value;
}
