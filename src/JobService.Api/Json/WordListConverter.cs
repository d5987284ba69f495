using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Core.Jobs.Json;

namespace JobService.Api.Json;

/// <summary>Reads and writes a text or an array of texts.</summary>
internal sealed class WordListConverter : JsonConverter<WordList>
{
    private const string Expected = "Expected a string or an array of strings.";

    public override bool HandleNull => true;

    public override WordList Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return default;
        if (reader.TokenType == JsonTokenType.String)
            return new WordList([reader.GetString()!]);
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonFault(Expected);

        var words = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            words.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonFault(Expected));
        return new WordList(words);
    }

    public override void Write(Utf8JsonWriter writer, WordList value, JsonSerializerOptions options)
    {
        if (value.Words is not { } words)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartArray();
        foreach (var word in words)
            writer.WriteStringValue(word);
        writer.WriteEndArray();
    }
}
