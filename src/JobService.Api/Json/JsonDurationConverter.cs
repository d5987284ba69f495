using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Core.Jobs.Json;
using JobService.Core.Timeouts;

namespace JobService.Api.Json;

/// <summary>Reads a duration in any of its forms; writes it as a text.</summary>
internal sealed class JsonDurationConverter : JsonConverter<JsonDuration>
{
    public override JsonDuration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => new(DurationText.TryFromSeconds(reader.GetDouble(), out var duration) ? duration : null),
        JsonTokenType.String => new(DurationText.TryParse(reader.GetString()!, out var duration) ? duration : null),
        _ => throw new JsonFault("Expected a duration: a number of seconds, or a string such as \"30s\" or \"PT30S\"."),
    };

    public override void Write(Utf8JsonWriter writer, JsonDuration value, JsonSerializerOptions options)
    {
        if (value.Value is { } duration)
            writer.WriteStringValue(DurationText.Format(duration));
        else
            writer.WriteNullValue();
    }
}
