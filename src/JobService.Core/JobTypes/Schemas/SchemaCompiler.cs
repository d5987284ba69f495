using System.Globalization;
using System.Text.Json;
using JobService.Core.Errors;
using JobService.Core.Keys;

namespace JobService.Core.JobTypes.Schemas;

/// <summary>Makes the JSON of a schema into nodes, each part once, however often it is referred to, and gathers what can't be taken.</summary>
internal sealed class SchemaCompiler(JsonElement schema, string at)
{
    /// <summary>How many schemas may look at one value one behind the other: references to references.</summary>
    private const int MaxInPlace = 16;

    private const int MaxFaults = 50;

    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "$comment", "$schema", "contentEncoding", "contentMediaType", "default", "deprecated", "description", "else", "examples", "format", "id", "$id",
        "maxContains", "minContains", "readOnly", "then", "title", "writeOnly", IgnoreCase,
    };

    private static readonly HashSet<string> Dialects = new(StringComparer.Ordinal)
    {
        "https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2019-09/schema", "http://json-schema.org/draft-07/schema", "http://json-schema.org/draft-06/schema",
    };

    private readonly List<Fault> faults = [];
    private readonly Dictionary<string, SchemaNode> nodes = new(StringComparer.Ordinal);
    private readonly Queue<(SchemaNode Node, JsonElement Json)> waiting = new();

    /// <summary>Of an object whose members' names are read in any case, as System.Text.Json's web defaults do. Handlers' schemas say it.</summary>
    public const string IgnoreCase = "x-ignoreCase";

    public IReadOnlyList<Fault> Faults => faults;

    public SchemaNode Compile()
    {
        var root = Node("", schema);
        while (waiting.TryDequeue(out var next))
            Fill(next.Node, next.Json);
        if (faults.Count == 0)
            CheckInPlace();
        return root;
    }

    /// <summary>The node of a part; it is filled in later, so that parts may lead back to each other.</summary>
    public SchemaNode Node(string pointer, JsonElement json)
    {
        if (!nodes.TryGetValue(pointer, out var node))
        {
            nodes[pointer] = node = new SchemaNode(pointer);
            waiting.Enqueue((node, json));
        }

        return node;
    }

    public void Fault(string pointer, string detail)
    {
        if (faults.Count < MaxFaults)
            faults.Add(new Fault(at + pointer, detail));
    }

    /// <summary>The parts of an object whose members are schemas, by name.</summary>
    public IReadOnlyDictionary<string, SchemaNode> Nodes(string pointer, JsonElement json, StringComparer? comparer = null)
    {
        var parts = new Dictionary<string, SchemaNode>(comparer ?? StringComparer.Ordinal);
        if (json.ValueKind != JsonValueKind.Object)
        {
            Fault(pointer, "Expected an object of schemas.");
            return parts;
        }

        foreach (var member in json.EnumerateObject())
            parts[member.Name] = Node(pointer + Errors.Fault.StepTo(member.Name), member.Value);
        return parts;
    }

    /// <summary>The parts of an array of schemas.</summary>
    public SchemaNode[] List(string pointer, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() > 0)
            return [.. json.EnumerateArray().Select((item, i) => Node(string.Create(CultureInfo.InvariantCulture, $"{pointer}/{i}"), item))];
        Fault(pointer, "Expected an array of schemas, one at least.");
        return [];
    }

    /// <summary>A number of items, members or characters.</summary>
    public int? Count(string pointer, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var count) && count >= 0)
            return count;
        Fault(pointer, "Expected a whole number from 0 up.");
        return null;
    }

    /// <summary>What a reference within the schema leads to; null, with a fault, where it leads nowhere or out of it.</summary>
    public SchemaNode? Target(string pointer, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.String || json.GetString() is not ['#', .. var fragment] || !JsonPointer.IsOne(fragment = Uri.UnescapeDataString(fragment)))
        {
            Fault(pointer, "Expected a reference within this schema, such as #/$defs/address: nothing is fetched.");
            return null;
        }

        if (JsonPointer.Find(schema, fragment) is { } target)
            return Node(fragment, target);
        Fault(pointer, "It leads to nothing.");
        return null;
    }

    private void Fill(SchemaNode node, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.True)
            return;
        if (json.ValueKind == JsonValueKind.False)
        {
            node.Checks.Add((_, run) => run.Fail("Nothing may stand here."));
            return;
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            Fault(node.Pointer, "Expected a schema: an object, true or false.");
            return;
        }

        foreach (var keyword in json.EnumerateObject())
        {
            var place = node.Pointer + Errors.Fault.ShortStepTo(keyword.Name);
            if (keyword.Name is "$schema" && !(keyword.Value.ValueKind == JsonValueKind.String && Dialects.Contains(keyword.Value.GetString()!.TrimEnd('#'))))
                Fault(place, $"Expected one of {string.Join(", ", Dialects)}.");
            else if (keyword.Name is "$id" or "id" && node.Pointer.Length > 0)
                Fault(place, "Only the schema as a whole may have one: references count from it.");
            else if (ValueKeywords.Add(this, node, json, keyword, place) || ObjectKeywords.Add(this, node, json, keyword, place) || ArrayKeywords.Add(this, node, json, keyword, place)
                || InPlaceKeywords.Add(this, node, json, keyword, place))
                continue;
            else if (!Annotations.Contains(keyword.Name) && !keyword.Name.StartsWith("x-", StringComparison.Ordinal))
                Fault(place, "This keyword is not supported.");
        }
    }

    // A value is looked at by a bounded number of schemas one behind the other, or the check of it would never end.
    private void CheckInPlace()
    {
        var depths = new Dictionary<SchemaNode, int>();
        foreach (var node in nodes.Values)
        {
            if (Depth(node, depths) <= MaxInPlace)
                continue;
            Fault(node.Pointer, $"It refers to itself without going into a member or an item, or through more than {MaxInPlace} schemas.");
            return;
        }
    }

    private static int Depth(SchemaNode node, Dictionary<SchemaNode, int> depths)
    {
        // As long as it isn't known, it is too deep: so it is found again only by way of itself.
        const int tooDeep = MaxInPlace + 1;
        if (!depths.TryAdd(node, tooDeep))
            return depths[node];
        var deepest = 0;
        foreach (var next in node.InPlace)
        {
            deepest = Math.Max(deepest, Depth(next, depths));
            if (deepest >= MaxInPlace)
                return tooDeep;
        }

        return depths[node] = deepest + 1;
    }
}
