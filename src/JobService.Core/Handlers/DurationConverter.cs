using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Core.Timeouts;

namespace JobService.Core.Handlers;

/// <summary>A <see cref="TimeSpan"/> as the API has durations: a number of seconds, <c>"1h30m"</c> or <c>"PT30S"</c>, and also .NET's own <c>"00:00:30"</c>.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var duration = reader.TokenType switch
        {
            JsonTokenType.Number => DurationText.TryFromSeconds(reader.GetDouble(), out var seconds) ? (TimeSpan?)seconds : null,
            JsonTokenType.String => Parse(reader.GetString()!),
            _ => null,
        };
        return duration ?? throw new JsonException("Expected a duration: a number of seconds, or a string such as \"30s\" or \"PT30S\".");
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value < TimeSpan.Zero ? value.ToString("c", CultureInfo.InvariantCulture) : DurationText.Format(value));

    private static TimeSpan? Parse(string text) =>
        DurationText.TryParse(text, out var duration) || (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration)) ? duration : null;
}
