using System.Text;
using System.Text.Json;

namespace JobService.Core.Jobs.Json;

/// <summary>What the JSON of a job may be: its payload and its metadata, kept to the byte.</summary>
public static class JobJson
{
    /// <summary>How deep arrays and objects may nest.</summary>
    public const int MaxDepth = 64;

    /// <summary>The bytes of a text that is one value of JSON, and nothing that can't be stored.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="fault">What is wrong with it; empty where it is all right.</param>
    /// <returns>Null where something is.</returns>
    public static ReadOnlyMemory<byte>? Read(string text, out string fault)
    {
        fault = "";
        var json = Encoding.UTF8.GetBytes(text);
        if (JsonEscapes.FindUnstorable(json) is { } escape)
        {
            fault = escape.Detail;
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
            reader.Read();
            StrictWalk.Skip(ref reader);
            reader.Read();
            return json;
        }
        catch (JsonException e)
        {
            fault = e is JsonFault ? e.Message : "Expected JSON.";
            return null;
        }
    }
}
