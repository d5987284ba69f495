using System.Text.Json;
using System.Text.Json.Nodes;

namespace JobService.Core.Handlers;

/// <summary>Says of a schema that takes null that it takes all else. Parts of it that are the whole again, such as the children of a tree, take what they took.</summary>
internal static class NonNullSchema
{
    private static readonly string[] Types = ["object", "array", "string", "number", "boolean"];

    public static JsonNode Of(JsonNode schema)
    {
        var whole = schema as JsonObject ?? [];
        string[] types = whole["type"] switch
        {
            JsonArray several => [.. several.Select(type => type!.GetValue<string>()).Where(type => type is not "null")],
            JsonValue one => [one.GetValue<string>()],
            _ => Types,
        };
        if (References(whole).Any(reference => Text(reference) is "#"))
            whole = Apart(whole);
        whole["type"] = types is [var only] ? only : new JsonArray([.. types.Select(type => (JsonNode)type)]);
        return whole;
    }

    // What refers to the whole means it with null.
    private static JsonObject Apart(JsonObject schema)
    {
        foreach (var reference in References(schema).ToList())
            reference.ReplaceWith($"#/$defs/payload{Text(reference)![1..]}");
        return new JsonObject { ["$ref"] = "#/$defs/payload", ["$defs"] = new JsonObject { ["payload"] = schema } };
    }

    private static IEnumerable<JsonValue> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member is { Key: "$ref", Value: JsonValue reference } && Text(reference) is not null ? [reference] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    private static string? Text(JsonValue reference) => reference.GetValueKind() == JsonValueKind.String ? reference.GetValue<string>() : null;
}
