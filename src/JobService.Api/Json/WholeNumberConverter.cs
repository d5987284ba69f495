using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobService.Api.Json;

/// <summary>Reads a whole number of any length. One that is beyond an <c>int</c> is beyond every range too: it becomes the nearest one, and the validator says so.</summary>
internal sealed class WholeNumberConverter : JsonConverter<int>
{
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number || (!reader.TryGetInt32(out var value) && reader.ValueSpan.IndexOfAny(".eE"u8) >= 0))
            throw new JsonException();
        return reader.TryGetInt32(out value) ? value : reader.ValueSpan[0] == '-' ? int.MinValue : int.MaxValue;
    }

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
