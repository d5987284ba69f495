using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Core.Jobs.Json;

namespace JobService.Api.Json;

/// <summary>Records where a value stands and walks over it. Offsets count from the first byte of the span that is deserialised.</summary>
internal sealed class JsonSliceConverter : JsonConverter<JsonSlice>
{
    public override bool HandleNull => true;

    public override JsonSlice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var start = (int)reader.TokenStartIndex;
        StrictWalk.Skip(ref reader);
        return new JsonSlice(start, (int)reader.BytesConsumed - start);
    }

    public override void Write(Utf8JsonWriter writer, JsonSlice value, JsonSerializerOptions options) =>
        throw new NotSupportedException("A slice of a request has no bytes of its own to write.");
}
