using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace JobService.Core.Handlers;

/// <summary>
/// Says what is wrong with a payload to whoever wrote it: where, as a JSON pointer, and what was expected there. The serializer's own sentences
/// speak of CLR types. Only a payload that can't be read is looked at again.
/// </summary>
internal static class PayloadFault
{
    public static string Describe(JsonException fault, ReadOnlyMemory<byte> payload, JsonTypeInfo root)
    {
        var segments = Segments(fault.Path ?? "$");
        var detail = fault switch
        {
            { InnerException: JsonException } => "It is not JSON from here on.",
            _ when IsOfConverter(fault) => fault.Message,
            _ => Detail(segments, payload, root),
        };
        return segments.Count == 0 ? detail : $"At {Pointer(segments)}: {detail}";
    }

    /// <summary>Whether a converter wrote the sentence; to one that it left empty the serializer adds its own, with a path.</summary>
    private static bool IsOfConverter(JsonException fault) =>
        fault.Source?.StartsWith("System.Text.Json", StringComparison.Ordinal) is not true && !fault.Message.Contains("Path: ", StringComparison.Ordinal);

    private static string Detail(IReadOnlyList<string> segments, ReadOnlyMemory<byte> payload, JsonTypeInfo root)
    {
        using var document = JsonDocument.Parse(payload);
        var (type, value) = (root, (JsonElement?)document.RootElement);
        foreach (var segment in segments)
        {
            if (MemberOf(type, segment) is not { } member)
                return $"There is no such member; there are {string.Join(", ", type.Properties.Select(property => property.Name))}.";
            (type, value) = (member, ValueOf(value, segment, type.Options.PropertyNameCaseInsensitive));
        }

        if (value is { ValueKind: JsonValueKind.Object } given && type.Kind == JsonTypeInfoKind.Object && Missing(given, type) is { Length: > 0 } missing)
            return $"It needs {string.Join(" and ", missing)}.";
        return value is { ValueKind: JsonValueKind.Null } ? $"Expected {Expected(type)}, not null." : $"Expected {Expected(type)}.";
    }

    private static JsonTypeInfo? MemberOf(JsonTypeInfo type, string segment)
    {
        var comparison = type.Options.PropertyNameCaseInsensitive ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var member = type.Kind switch
        {
            JsonTypeInfoKind.Object => type.Properties.FirstOrDefault(property => string.Equals(property.Name, segment, comparison))?.PropertyType,
            JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary => type.ElementType,
            _ => null,
        };
        return member is null ? null : type.Options.GetTypeInfo(Nullable.GetUnderlyingType(member) ?? member);
    }

    private static JsonElement? ValueOf(JsonElement? value, string segment, bool ignoreCase) => value switch
    {
        { ValueKind: JsonValueKind.Object } parent => Find(parent, segment, ignoreCase),
        { ValueKind: JsonValueKind.Array } parent when int.TryParse(segment, CultureInfo.InvariantCulture, out var index) && index < parent.GetArrayLength() => parent[index],
        _ => null,
    };

    private static JsonElement? Find(JsonElement parent, string name, bool ignoreCase)
    {
        var comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return parent.EnumerateObject().Where(member => string.Equals(member.Name, name, comparison)).Select(member => (JsonElement?)member.Value).LastOrDefault();
    }

    private static string[] Missing(JsonElement given, JsonTypeInfo type) =>
    [
        .. type.Properties.Where(property => property.IsRequired && Find(given, property.Name, type.Options.PropertyNameCaseInsensitive) is null)
            .Select(property => property.Name),
    ];

    private static string Expected(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => "an object",
        JsonTypeInfoKind.Enumerable => "an array",
        _ when type.Type == typeof(bool) => "true or false",
        _ when type.Type == typeof(string) || type.Type == typeof(char) || type.Type == typeof(Uri) || type.Type == typeof(byte[]) => "a string",
        _ when type.Type == typeof(Guid) => "a UUID",
        _ when type.Type == typeof(DateTime) || type.Type == typeof(DateTimeOffset) => "a time such as 2026-12-01T08:00:00+01:00",
        _ when type.Type.IsPrimitive => type.Type == typeof(double) || type.Type == typeof(float) ? "a number" : "a whole number, not too large",
        _ when type.Type == typeof(decimal) => "a number",
        _ => "a value of another kind",
    };

    private static string Pointer(IReadOnlyList<string> segments)
    {
        var pointer = new StringBuilder();
        foreach (var segment in segments)
            pointer.Append('/').Append(segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        return pointer.ToString();
    }

    /// <summary>The names and indexes in <c>$.a[0]['b.c']</c>, as the serializer writes a path.</summary>
    private static List<string> Segments(string path)
    {
        var segments = new List<string>();
        for (var at = 1; at < path.Length;)
        {
            var (start, end, next) = path.AsSpan(at) switch
            {
                ['[', '\'', ..] => End(path, at + 2, "']"),
                ['[', ..] => End(path, at + 1, "]"),
                _ => path.IndexOfAny(['.', '['], at + 1) is > 0 and var stop ? (at + 1, stop, stop) : (at + 1, path.Length, path.Length),
            };
            segments.Add(path[start..end]);
            at = next;
        }

        return segments;
    }

    private static (int Start, int End, int Next) End(string path, int start, string mark) =>
        path.IndexOf(mark, start, StringComparison.Ordinal) is >= 0 and var end ? (start, end, end + mark.Length) : (start, path.Length, path.Length);
}
