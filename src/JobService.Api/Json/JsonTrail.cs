using System.Text;
using System.Text.Json;
using JobService.Core.Errors;

namespace JobService.Api.Json;

/// <summary>
/// The way from the root of a document to one of its bytes. Only faults need it, so it is walked when there is one, and the reading of
/// good requests keeps no track of where it is.
/// </summary>
/// <param name="Segments">The names and indexes on the way.</param>
/// <param name="IsRepeated">Whether it is the name of a member that its object has already.</param>
internal sealed record JsonTrail(IReadOnlyList<string> Segments, bool IsRepeated)
{
    /// <summary>The JSON pointer (RFC 6901); of something very deep or with very long names, only the way to a value around it.</summary>
    public string Pointer
    {
        get
        {
            var pointer = new StringBuilder();
            foreach (var segment in Segments)
            {
                if (pointer.Length + segment.Length >= Fault.LongName)
                    break;
                pointer.Append(Fault.StepTo(segment));
            }

            return pointer.ToString();
        }
    }

    /// <summary>The way to the first token that ends at or after the byte <paramref name="end"/>, or to where the text stops being JSON.</summary>
    public static JsonTrail To(ReadOnlySpan<byte> json, long end) => Walk(json, end, untilRepeated: false);

    /// <summary>The way to the first member that its object has already; null where there is none.</summary>
    public static JsonTrail? ToRepeatedMember(ReadOnlySpan<byte> json) =>
        Walk(json, long.MaxValue, untilRepeated: true) is { IsRepeated: true } trail ? trail : null;

    private static JsonTrail Walk(ReadOnlySpan<byte> json, long end, bool untilRepeated)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ApiJson.MaxDepth });
        var levels = new List<Level>();
        try
        {
            while (reader.Read())
            {
                var isRepeated = Step(ref reader, levels);
                if (reader.BytesConsumed >= end || untilRepeated && isRepeated)
                    return new JsonTrail(SegmentsOf(levels), isRepeated);
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    levels.Add(new Level(reader.TokenType == JsonTokenType.StartArray));
            }
        }
        catch (JsonException)
        {
            // Not JSON from here on: the way so far is the answer.
        }

        return new JsonTrail(SegmentsOf(levels), IsRepeated: false);
    }

    private static bool Step(ref Utf8JsonReader reader, List<Level> levels)
    {
        if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
        {
            levels.RemoveAt(levels.Count - 1);
            return false;
        }

        if (levels is not [.., var level])
            return false;
        if (level.IsArray)
            level.Index++;
        else if (reader.TokenType == JsonTokenType.PropertyName)
            return !level.Enter(NameOf(ref reader));
        return false;
    }

    private static string NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Not a text at all (a lone surrogate, bytes that aren't UTF-8): as it was written, as far as that can be shown.
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private static List<string> SegmentsOf(List<Level> levels) => [.. levels.Select(level => level.Segment).OfType<string>()];

    private sealed class Level(bool isArray)
    {
        private readonly HashSet<string> names = new(StringComparer.Ordinal);
        private string? name;

        public bool IsArray => isArray;

        public int Index { get; set; } = -1;

        public string? Segment => !isArray ? name : Index < 0 ? null : Index.ToString(System.Globalization.CultureInfo.InvariantCulture);

        public bool Enter(string next)
        {
            name = next;
            return names.Add(next);
        }
    }
}
