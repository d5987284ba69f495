using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using JobService.Core.Jobs.Json;

namespace JobService.Core.JobTypes.Schemas;

/// <summary>Texts of values that are equal where the values are: exact numbers, members in any order.</summary>
internal static class JsonValues
{
    public static ReadOnlySpan<byte> Raw(JsonElement value) => JsonMarshal.GetRawUtf8Value(value);

    public static JsonNumber Number(JsonElement value) => JsonNumber.Read(Raw(value));

    public static string Canonical(JsonElement value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    private static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    WriteString(member.Name, text);
                    Write(member.Value, text);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    Write(item, text);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                WriteString(value.GetString()!, text);
                break;
            case JsonValueKind.Number:
                text.Append(Number(value).ToCanonical(Raw(value)));
                break;
            default:
                text.Append(value.ValueKind);
                break;
        }
    }

    // With its length, so that no character of it can be taken for another part.
    private static void WriteString(string value, StringBuilder text) => text.Append(CultureInfo.InvariantCulture, $"\"{value.Length}:{value}");
}
