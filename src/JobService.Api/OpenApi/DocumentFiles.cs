using System.Text.Json;
using System.Text.Json.Nodes;

namespace JobService.Api.OpenApi;

/// <summary>The texts and examples that the document shows, as they are embedded.</summary>
internal static class DocumentFiles
{
    private const string Prefix = "JobService.Api.OpenApi.";

    public static string Text(string name)
    {
        using var reader = new StreamReader(typeof(DocumentFiles).Assembly.GetManifestResourceStream(Prefix + name)!);
        return reader.ReadToEnd();
    }

    /// <summary>The examples of an operation, with each <c>"@name"</c> replaced by the job of that name; null where it has none.</summary>
    public static JsonObject? Examples(string operation)
    {
        if (typeof(DocumentFiles).Assembly.GetManifestResourceInfo($"{Prefix}Examples.{operation}.json") is null)
            return null;

        var jobs = JsonNode.Parse(Text("Examples.Jobs.json"))!.AsObject();
        return Resolve(JsonNode.Parse(Text($"Examples.{operation}.json"))!, jobs).AsObject();
    }

    private static JsonNode Resolve(JsonNode node, JsonObject jobs) => node switch
    {
        JsonObject found => new JsonObject(found.Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : Resolve(member.Value, jobs)))),
        JsonArray found => new JsonArray([.. found.Select(item => item is null ? null : Resolve(item, jobs))]),
        _ when node.GetValueKind() == JsonValueKind.String && node.GetValue<string>() is ['@', .. var name] => jobs[name]!.DeepClone(),
        _ => node.DeepClone(),
    };
}
