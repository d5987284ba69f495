using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobService.Core.Sequences;

/// <summary>A key is stored as its text.</summary>
internal sealed class SequenceKeyConverter : JsonConverter<SequenceKey>
{
    public override SequenceKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => SequenceKey.Parse(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, SequenceKey value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}
