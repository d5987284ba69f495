using System.Text.Json;
using System.Text.RegularExpressions;

namespace JobService.Core.JobTypes.Schemas;

/// <summary>What members an object has, and what they are.</summary>
internal static class ObjectKeywords
{
    public static bool Add(SchemaCompiler compiler, SchemaNode node, JsonElement schema, JsonProperty keyword, string place)
    {
        switch (keyword.Name)
        {
            // One check for the three, since each of them says which members the next one means; it is made by the first that is there.
            case "properties" or "patternProperties" or "additionalProperties":
                if (IsFirst(schema, keyword.Name))
                    node.Checks.Add(Members(compiler, node.Pointer, schema));
                return true;
            case "required":
                var required = Names(compiler, place, keyword.Value);
                var names = Comparer(schema);
                node.Checks.Add((value, run) => value.ValueKind != JsonValueKind.Object || HasAll(value, required, names, run));
                return true;
            case "dependentRequired":
                foreach (var (name, needed) in NamesByName(compiler, place, keyword.Value))
                    node.Checks.Add((value, run) => value.ValueKind != JsonValueKind.Object || !Has(value, name, run) || HasAll(value, needed, StringComparer.Ordinal, run));
                return true;
            case "minProperties" when compiler.Count(place, keyword.Value) is var least:
                node.Checks.Add((value, run) => value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() >= (least ?? 0) || run.Fail($"Expected at least {least} members."));
                return true;
            case "maxProperties" when compiler.Count(place, keyword.Value) is var most:
                node.Checks.Add((value, run) => value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() <= (most ?? int.MaxValue) || run.Fail($"Expected at most {most} members."));
                return true;
            case "propertyNames":
                var nameNode = compiler.Node(place, keyword.Value);
                node.Checks.Add((value, run) => value.ValueKind != JsonValueKind.Object || AreNamed(value, nameNode, run));
                return true;
            default:
                return false;
        }
    }

    private static bool IsFirst(JsonElement schema, string keyword) =>
        schema.EnumerateObject().First(member => member.Name is "properties" or "patternProperties" or "additionalProperties").NameEquals(keyword);

    private static StringComparer Comparer(JsonElement schema) =>
        schema.TryGetProperty(SchemaCompiler.IgnoreCase, out var ignored) && ignored.ValueKind == JsonValueKind.True ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private static SchemaCheck Members(SchemaCompiler compiler, string pointer, JsonElement schema)
    {
        var named = schema.TryGetProperty("properties", out var properties)
            ? compiler.Nodes(pointer + "/properties", properties, Comparer(schema)) : new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        var patterned = schema.TryGetProperty("patternProperties", out var patterns) ? Patterns(compiler, pointer + "/patternProperties", patterns) : [];
        var isClosed = schema.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind == JsonValueKind.False;
        var others = additional.ValueKind != JsonValueKind.Undefined && !isClosed ? compiler.Node(pointer + "/additionalProperties", additional) : null;

        return (value, run) =>
        {
            if (value.ValueKind != JsonValueKind.Object)
                return true;
            var isRight = true;
            foreach (var member in value.EnumerateObject())
            {
                if (!run.Spend(1) || run.IsSilent && !isRight)
                    return false;
                run.Enter(member.Name);
                var isKnown = named.TryGetValue(member.Name, out var own);
                if (isKnown)
                    isRight &= own!.Check(member.Value, run);
                foreach (var (pattern, node) in patterned)
                {
                    if (!ValueKeywords.Matches(pattern, member.Name, run))
                        continue;
                    isKnown = true;
                    isRight &= node.Check(member.Value, run);
                }

                if (!isKnown && isClosed)
                    isRight = run.Fail("There is no such member here.");
                else if (!isKnown && others is not null)
                    isRight &= others.Check(member.Value, run);
                run.Leave();
            }

            return isRight && !run.IsSpent;
        };
    }

    private static (Regex Pattern, SchemaNode Node)[] Patterns(SchemaCompiler compiler, string pointer, JsonElement json) =>
    [
        .. compiler.Nodes(pointer, json).Select(part => (Pattern: ValueKeywords.Pattern(compiler, part.Key, part.Value.Pointer), part.Value))
            .Where(part => part.Pattern is not null).Select(part => (part.Pattern!, part.Value)),
    ];

    private static bool HasAll(JsonElement value, string[] required, StringComparer names, SchemaRun run)
    {
        if (required.Length == 0)
            return true;
        if (!run.Spend(required.Length + value.GetPropertyCount()))
            return false;
        var there = value.EnumerateObject().Select(member => member.Name).ToHashSet(names);
        var isRight = true;
        foreach (var name in required)
        {
            if (!there.Contains(name))
                isRight = run.FailAt(name, "This member is required.");
        }

        return isRight;
    }

    /// <summary>Whether an object has a member; it is looked for one by one.</summary>
    public static bool Has(JsonElement value, string name, SchemaRun run) => run.Spend(1 + value.GetPropertyCount() / 8) && value.TryGetProperty(name, out _);

    private static bool AreNamed(JsonElement value, SchemaNode node, SchemaRun run)
    {
        var isRight = true;
        foreach (var member in value.EnumerateObject())
        {
            run.Enter(member.Name);
            isRight &= node.Check(JsonSerializer.SerializeToElement(member.Name, SchemaJson.Default.String), run);
            run.Leave();
        }

        return isRight;
    }

    private static string[] Names(SchemaCompiler compiler, string place, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String))
            return [.. json.EnumerateArray().Select(name => name.GetString()!)];
        compiler.Fault(place, "Expected an array of names.");
        return [];
    }

    private static IEnumerable<(string Name, string[] Needed)> NamesByName(SchemaCompiler compiler, string place, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object)
            return [.. json.EnumerateObject().Select(member => (member.Name, Names(compiler, place + Errors.Fault.StepTo(member.Name), member.Value)))];
        compiler.Fault(place, "Expected an object of arrays of names.");
        return [];
    }
}
