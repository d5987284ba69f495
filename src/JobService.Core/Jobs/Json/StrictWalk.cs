using System.Text.Json;

namespace JobService.Core.Jobs.Json;

/// <summary>Skips a value as <see cref="Utf8JsonReader.Skip"/> does, and refuses nesting too deep and members named twice.</summary>
public static class StrictWalk
{
    private const int MaxPlainNames = 128;

    /// <summary>Moves from the first token of a value to its last.</summary>
    /// <exception cref="JsonException">The value is not acceptable; the reader stands at the fault.</exception>
    public static void Skip(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;

        var again = reader;
        if (TrySkipPlain(ref reader))
            return;

        try
        {
            SkipCarefully(ref again);
        }
        finally
        {
            // Also where it stops at a fault: where the reader stands tells where that is.
            reader = again;
        }
    }

    // The common case without an allocation: hashes of the names of the objects that are open. It gives up, rather than decide, where two
    // hashes are alike, a name is escaped, or there are many names.
    private static bool TrySkipPlain(ref Utf8JsonReader reader)
    {
        Span<int> hashes = stackalloc int[MaxPlainNames];
        Span<int> firstOf = stackalloc int[JobJson.MaxDepth];
        var names = 0;
        var depth = 0;
        do
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    if (depth == JobJson.MaxDepth)
                        return false;
                    firstOf[depth++] = names;
                    break;

                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    names = firstOf[--depth];
                    break;

                case JsonTokenType.PropertyName:
                    var hash = default(HashCode);
                    hash.AddBytes(reader.ValueSpan);
                    var code = hash.ToHashCode();
                    if (reader.ValueIsEscaped || names == MaxPlainNames || hashes[firstOf[depth - 1]..names].Contains(code))
                        return false;
                    hashes[names++] = code;
                    break;
            }
        }
        while (depth > 0 && reader.Read());

        return true;
    }

    private static void SkipCarefully(ref Utf8JsonReader reader)
    {
        var open = new Stack<HashSet<string>>();
        do
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    if (open.Count == JobJson.MaxDepth)
                        throw new JsonFault($"Arrays and objects nest deeper than {JobJson.MaxDepth} here.");
                    open.Push(new HashSet<string>(StringComparer.Ordinal));
                    break;

                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    open.Pop();
                    break;

                case JsonTokenType.PropertyName when !open.Peek().Add(reader.GetString()!):
                    throw new JsonFault(RepeatedMember);
            }
        }
        while (open.Count > 0 && reader.Read());
    }

    /// <summary>What is said of a member that an object has twice.</summary>
    public const string RepeatedMember = "The object has this member twice; which one is meant can't be told.";
}
