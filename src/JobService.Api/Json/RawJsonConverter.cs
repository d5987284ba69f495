using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobService.Api.Json;

/// <summary>Writes stored JSON verbatim. It was checked when it came in; it is not parsed again on its way out.</summary>
internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Raw JSON is for answers; a request has slices.");

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
    {
        if (value.Text is { } text)
            writer.WriteRawValue(text, skipInputValidation: true);
        else
            writer.WriteNullValue();
    }
}
