using System.Buffers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using JobService.Core.Errors;
using JobService.Core.Jobs.Json;

namespace JobService.Api.Json;

/// <summary>
/// Reads the JSON of a request: UTF-8, one value, nothing after it, no member twice, nothing that can't be stored. One pass of the serializer over
/// the bytes, after two vectorised searches; only where that fails is the text looked at again, to tell where and why.
/// </summary>
internal static class JsonText
{
    /// <summary>The value, or one fault (<see cref="Refusal.Malformed"/>). Members it does not know are left for the validator to refuse, all at once.</summary>
    public static Result<T> Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        if (json.IsEmpty)
            return Malformed("", "There is no JSON here; send an object.");
        if (json.StartsWith(Encoding.UTF8.Preamble))
            return Malformed("", "The text starts with a byte order mark; send UTF-8 without one.");
        if (!Utf8.IsValid(json))
            return Malformed(JsonTrail.To(json, FirstInvalidByte(json) + 1).Pointer, "The text is not valid UTF-8 here.");
        if (JsonEscapes.FindUnstorable(json) is { } escape)
            return Malformed(JsonTrail.To(json, escape.Offset + 1).Pointer, escape.Detail);

        try
        {
            return JsonSerializer.Deserialize(json, type) is { } value ? value : Malformed("", "This is null; send an object.");
        }
        catch (JsonException fault)
        {
            // The serializer does not always say where a member comes twice.
            var trail = JsonTrail.ToRepeatedMember(json) ?? JsonTrail.To(json, Offset(json, fault));
            return Malformed(trail.Pointer, Detail(fault, trail, type));
        }
    }

    private static Refusal Malformed(string pointer, string detail) => new Refusal.Malformed([new Fault(pointer, detail)]);

    // The serializer's own sentences name CLR types; ours say what was expected.
    private static string Detail(JsonException fault, JsonTrail trail, JsonTypeInfo type) => fault switch
    {
        JsonFault => fault.Message,
        _ when trail.IsRepeated => StrictWalk.RepeatedMember,
        { InnerException: JsonException } => "The text is not JSON from here on, nests too deep, or ends too early.",
        _ => $"Expected {Expected(trail, type)}.",
    };

    private static string Expected(JsonTrail trail, JsonTypeInfo root)
    {
        var type = root;
        foreach (var segment in trail.Segments)
        {
            var member = type.Kind switch
            {
                JsonTypeInfoKind.Object => type.Properties.FirstOrDefault(property => string.Equals(property.Name, segment, StringComparison.Ordinal))?.PropertyType,
                JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary => type.ElementType,
                _ => null,
            };
            if (member is null)
                return "nothing here, or a value of another kind";
            var value = Nullable.GetUnderlyingType(member) ?? member;
            type = root.Options.GetTypeInfo(value.GetCustomAttribute<ObjectFormAttribute>()?.Members ?? value);
        }

        return type.Kind switch
        {
            JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => "an object",
            JsonTypeInfoKind.Enumerable => "an array",
            _ when type.Type == typeof(string) => "a string",
            _ when type.Type == typeof(int) => "a whole number",
            _ when type.Type == typeof(double) => "a number",
            _ when type.Type == typeof(bool) => "true or false",
            _ => "a value of another kind",
        };
    }

    private static long Offset(ReadOnlySpan<byte> json, JsonException fault)
    {
        var line = 0;
        for (var left = fault.LineNumber ?? 0; left > 0; left--)
            line += json[line..].IndexOf((byte)'\n') + 1;
        return line + (fault.BytePositionInLine ?? 0);
    }

    private static int FirstInvalidByte(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == OperationStatus.Done)
            at += length;
        return at;
    }
}
