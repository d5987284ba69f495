using System.Text.Json;

namespace JobService.Core.JobTypes.Schemas;

/// <summary>What items an array has, and what they are.</summary>
internal static class ArrayKeywords
{
    public static bool Add(SchemaCompiler compiler, SchemaNode node, JsonElement schema, JsonProperty keyword, string place)
    {
        switch (keyword.Name)
        {
            case "prefixItems":
                var first = compiler.List(place, keyword.Value);
                node.Checks.Add((value, run) => value.ValueKind != JsonValueKind.Array || Check(value, run, i => i < first.Length ? first[i] : null));
                return true;
            case "items" when keyword.Value.ValueKind == JsonValueKind.Array:
                compiler.Fault(place, "Expected one schema for all items; schemas for the first ones are prefixItems.");
                return true;
            case "items":
                var items = compiler.Node(place, keyword.Value);
                var from = schema.TryGetProperty("prefixItems", out var prefix) && prefix.ValueKind == JsonValueKind.Array ? prefix.GetArrayLength() : 0;
                node.Checks.Add((value, run) => value.ValueKind != JsonValueKind.Array || Check(value, run, i => i < from ? null : items));
                return true;
            case "contains":
                var contained = compiler.Node(place, keyword.Value);
                var (least, most) = (Bound(compiler, node, schema, "minContains") ?? 1, Bound(compiler, node, schema, "maxContains") ?? int.MaxValue);
                node.Checks.Add((value, run) => value.ValueKind != JsonValueKind.Array || Contains(value, contained, least, most, run));
                return true;
            case "minItems" when compiler.Count(place, keyword.Value) is var fewest:
                node.Checks.Add((value, run) => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= (fewest ?? 0) || run.Fail($"Expected at least {fewest} items."));
                return true;
            case "maxItems" when compiler.Count(place, keyword.Value) is var last:
                node.Checks.Add((value, run) => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= (last ?? int.MaxValue) || run.Fail($"Expected at most {last} items."));
                return true;
            case "uniqueItems":
                if (keyword.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                    compiler.Fault(place, "Expected true or false.");
                else if (keyword.Value.GetBoolean())
                    node.Checks.Add((value, run) => value.ValueKind != JsonValueKind.Array || AreUnlike(value, run));
                return true;
            default:
                return false;
        }
    }

    private static int? Bound(SchemaCompiler compiler, SchemaNode node, JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var json) ? compiler.Count($"{node.Pointer}/{keyword}", json) : null;

    private static bool Check(JsonElement array, SchemaRun run, Func<int, SchemaNode?> nodeOf)
    {
        var (isRight, i) = (true, 0);
        foreach (var item in array.EnumerateArray())
        {
            if (run.IsSpent || run.IsSilent && !isRight)
                return false;
            if (nodeOf(i) is { } node)
            {
                run.Enter(i);
                isRight &= node.Check(item, run);
                run.Leave();
            }

            i++;
        }

        return isRight;
    }

    private static bool Contains(JsonElement array, SchemaNode node, int least, int most, SchemaRun run)
    {
        var count = 0;
        run.BeSilent();
        foreach (var item in array.EnumerateArray())
        {
            if (node.Check(item, run))
                count++;
        }

        run.Speak();
        return !run.IsSpent && (count >= least && count <= most || run.Fail($"{count} of the items are as one of them must be (contains); expected {least} at least{(most == int.MaxValue ? "" : $" and {most} at most")}."));
    }

    private static bool AreUnlike(JsonElement array, SchemaRun run)
    {
        if (!run.Spend(1 + JsonValues.Raw(array).Length / 16))
            return false;
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in array.EnumerateArray())
        {
            if (!known.Add(JsonValues.Canonical(item)))
                return run.Fail("Expected items that are unlike each other; one stands here twice.");
        }

        return true;
    }
}
