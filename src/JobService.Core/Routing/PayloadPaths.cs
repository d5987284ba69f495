using System.Text.Json;
using JobService.Core.Jobs.Json;
using JobService.Core.Keys;

namespace JobService.Core.Routing;

/// <summary>
/// The places of payloads that some rules look at, as one tree: a payload is read once for all of them, and no further than to the last. What it takes
/// grows with the payload alone.
/// </summary>
internal sealed class PayloadPaths
{
    private readonly Node root = new();
    private int longestName;

    public int Count { get; private set; }

    /// <summary>The number of a place; the same for the same pointer.</summary>
    public int Add(string pointer)
    {
        var node = root;
        foreach (var step in JsonPointer.Steps(pointer))
        {
            longestName = Math.Max(longestName, step.Length);
            if (!(node.Members ??= new(StringComparer.Ordinal)).TryGetValue(step, out var next))
            {
                node.Members[step] = next = new Node();
                if (JsonPointer.IsIndex(step, out var index))
                    (node.Items ??= [])[index] = next;
            }

            node = next;
        }

        if (node.Place < 0)
            node.Place = Count++;
        return node.Place;
    }

    /// <summary>Fills in what stands at each place; where nothing does, it stays as it was.</summary>
    public void Find(ReadOnlySpan<byte> json, Span<FoundValue> found)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JobJson.MaxDepth + 1 });
        reader.Read();
        Span<char> name = stackalloc char[6 * RouteRules.MaxPointerLength];
        var left = Count;
        Look(ref reader, root, found, name, ref left);
    }

    // From the first token of a value to its last; or to where there is nothing left to find.
    private void Look(ref Utf8JsonReader reader, Node node, scoped Span<FoundValue> found, scoped Span<char> name, ref int left)
    {
        if (node.Place >= 0)
        {
            var isNumber = reader.TokenType == JsonTokenType.Number;
            found[node.Place] = new FoundValue(
                reader.TokenType, (int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex), isNumber ? JsonNumber.Read(reader.ValueSpan) : default);
            left--;
        }

        if (reader.TokenType == JsonTokenType.StartObject && node.Members is { } members)
        {
            var byName = members.GetAlternateLookup<ReadOnlySpan<char>>();
            while (left > 0 && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // Each character takes at most six bytes, escaped; a longer name is none of those.
                var isShort = reader.ValueSpan.Length <= 6 * longestName;
                var next = isShort && byName.TryGetValue(name[..reader.CopyString(name)], out var member) ? member : null;
                reader.Read();
                LookOrSkip(ref reader, next, found, name, ref left);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray && node.Items is { } items)
        {
            for (var i = 0; left > 0 && reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                LookOrSkip(ref reader, items.GetValueOrDefault(i), found, name, ref left);
        }
        else
        {
            reader.Skip();
        }
    }

    private void LookOrSkip(ref Utf8JsonReader reader, Node? node, scoped Span<FoundValue> found, scoped Span<char> name, ref int left)
    {
        if (node is null)
            reader.Skip();
        else
            Look(ref reader, node, found, name, ref left);
    }

    private sealed class Node
    {
        public int Place { get; set; } = -1;

        public Dictionary<string, Node>? Members { get; set; }

        public Dictionary<int, Node>? Items { get; set; }
    }
}
