using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Core.Jobs.Json;
using JobService.Core.Timeouts;

namespace JobService.Api.Json;

/// <summary>Writes every instant in UTC with a <c>Z</c>, to the microsecond the database keeps.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Rfc3339.TryParse(reader.GetString()!, out var instant)
            ? instant
            : throw new JsonFault(Rfc3339.Expected);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[32];
        value.UtcDateTime.TryFormat(text, out var length, Format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}
