using System.Text.Json;

namespace JobService.Core.JobTypes.Schemas;

/// <summary>Schemas that look at the same value together, one for another, or not at all.</summary>
internal static class InPlaceKeywords
{
    public static bool Add(SchemaCompiler compiler, SchemaNode node, JsonElement schema, JsonProperty keyword, string place)
    {
        switch (keyword.Name)
        {
            case "$defs" or "definitions":
                compiler.Nodes(place, keyword.Value);
                return true;
            case "$ref":
                if (compiler.Target(place, keyword.Value) is { } target)
                    node.Checks.Add(Part(node, target).Check);
                return true;
            case "allOf":
                foreach (var part in compiler.List(place, keyword.Value))
                    node.Checks.Add(Part(node, part).Check);
                return true;
            case "anyOf":
                var any = Parts(node, compiler.List(place, keyword.Value));
                node.Checks.Add((value, run) => Passing(any, value, run, enough: 1) >= 1 || run.Fail("It is none of what it may be (anyOf)."));
                return true;
            case "oneOf":
                var one = Parts(node, compiler.List(place, keyword.Value));
                node.Checks.Add((value, run) => Passing(one, value, run, enough: 2) is var passing && passing == 1
                    || run.Fail(passing == 0 ? "It is none of what it may be (oneOf)." : "It is more than one of what it may be (oneOf)."));
                return true;
            case "not":
                var none = Parts(node, [compiler.Node(place, keyword.Value)]);
                node.Checks.Add((value, run) => Passing(none, value, run, enough: 1) == 0 && !run.IsSpent || run.Fail("It is what it must not be (not)."));
                return true;
            case "if":
                var condition = Parts(node, [compiler.Node(place, keyword.Value)]);
                var (then, otherwise) = (Branch(compiler, node, schema, "then"), Branch(compiler, node, schema, "else"));
                node.Checks.Add((value, run) => (Passing(condition, value, run, enough: 1) == 1 ? then : otherwise)?.Check(value, run) is not false && !run.IsSpent);
                return true;
            case "dependentSchemas":
                foreach (var (name, part) in compiler.Nodes(place, keyword.Value))
                {
                    Part(node, part);
                    node.Checks.Add((value, run) => value.ValueKind != JsonValueKind.Object || !ObjectKeywords.Has(value, name, run) || part.Check(value, run));
                }

                return true;
            default:
                return false;
        }
    }

    private static SchemaNode? Branch(SchemaCompiler compiler, SchemaNode node, JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var json) ? Part(node, compiler.Node($"{node.Pointer}/{keyword}", json)) : null;

    private static SchemaNode Part(SchemaNode node, SchemaNode part)
    {
        node.InPlace.Add(part);
        return part;
    }

    private static SchemaNode[] Parts(SchemaNode node, SchemaNode[] parts)
    {
        node.InPlace.AddRange(parts);
        return parts;
    }

    private static int Passing(SchemaNode[] parts, JsonElement value, SchemaRun run, int enough)
    {
        var passing = 0;
        run.BeSilent();
        foreach (var part in parts)
        {
            if (part.Check(value, run) && ++passing == enough)
                break;
        }

        run.Speak();
        return passing;
    }
}
