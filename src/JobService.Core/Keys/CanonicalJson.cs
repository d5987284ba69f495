using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace JobService.Core.Keys;

/// <summary>
/// One form for each value of JSON, however it was written: no white space, members in order, strings escaped in one way, and numbers by their value,
/// exactly: ids of 20 digits that differ in the last one stay different, where a double would make them one.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>Exponents of more digits are left as they are written: no two ways of writing them are worth the arithmetic.</summary>
    private const int MaxExponentLength = 9;

    public static byte[] Of(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
            Write(writer, value);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(Number(value.GetRawText()), skipInputValidation: true);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    /// <summary>Digits without zeros at either end, and the power of ten they are multiplied by.</summary>
    private static string Number(string text)
    {
        var parts = text.Split('e', 'E');
        if (parts is [_, { Length: > MaxExponentLength }])
            return text.ToLowerInvariant();

        var sign = parts[0].StartsWith('-') ? "-" : "";
        var whole = parts[0].TrimStart('-').Split('.');
        var fraction = whole.Length > 1 ? whole[1] : "";
        var digits = (whole[0] + fraction).TrimStart('0');
        var significant = digits.TrimEnd('0');
        if (significant.Length == 0)
            return "0";

        var exponent = (parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0L)
            - fraction.Length + digits.Length - significant.Length;
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{significant}e{exponent}");
    }
}
