using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace JobService.Core.JobTypes.Schemas;

/// <summary>What a value is: its type, one of several, a number within a range, a text of a form.</summary>
internal static class ValueKeywords
{
    private const int MaxPatternLength = 256;

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["null"] = "null",
        ["boolean"] = "true or false",
        ["object"] = "an object",
        ["array"] = "an array",
        ["number"] = "a number",
        ["string"] = "a string",
        ["integer"] = "a whole number",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool Add(SchemaCompiler compiler, SchemaNode node, JsonElement schema, JsonProperty keyword, string place)
    {
        var check = keyword.Name switch
        {
            "type" => Type(compiler, keyword.Value, place),
            "enum" => OneOf(compiler, keyword.Value, place),
            "const" => Same([JsonValues.Canonical(keyword.Value)], $"Expected {Short(keyword.Value)}."),
            "minimum" => Bound(compiler, keyword.Value, place, order => order >= 0, "at least"),
            "maximum" => Bound(compiler, keyword.Value, place, order => order <= 0, "at most"),
            "exclusiveMinimum" => Bound(compiler, keyword.Value, place, order => order > 0, "more than"),
            "exclusiveMaximum" => Bound(compiler, keyword.Value, place, order => order < 0, "less than"),
            "multipleOf" => MultipleOf(compiler, keyword.Value, place),
            "minLength" => Length(compiler, keyword.Value, place, (length, bound) => length >= bound, "at least"),
            "maxLength" => Length(compiler, keyword.Value, place, (length, bound) => length <= bound, "at most"),
            "pattern" => Pattern(compiler, keyword.Value, place) is { } pattern
                ? (value, run) => value.ValueKind != JsonValueKind.String || Matches(pattern, value, run) || run.Fail($"Expected a string that matches {pattern}.")
                : Right,
            _ => null,
        };
        if (check is null)
            return false;
        node.Checks.Add(check);
        return true;
    }

    /// <summary>A regular expression that takes a time proportional to the text; null, with a fault, where it can't.</summary>
    public static Regex? Pattern(SchemaCompiler compiler, string? text, string place)
    {
        if (text is null || text.Length > MaxPatternLength)
        {
            compiler.Fault(place, $"Expected a regular expression of at most {MaxPatternLength} characters.");
            return null;
        }

        try
        {
            return new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, System.Threading.Timeout.InfiniteTimeSpan);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            compiler.Fault(place, e is NotSupportedException
                ? "Expected a regular expression that can be matched in linear time: no look-around, no back-references, no large repetitions."
                : "Expected a regular expression.");
            return null;
        }
    }

    public static bool Matches(Regex pattern, string text, SchemaRun run) => run.Spend(1 + text.Length / 16) && pattern.IsMatch(text);

    private static bool Matches(Regex pattern, JsonElement value, SchemaRun run) => Matches(pattern, value.GetString()!, run);

    private static Regex? Pattern(SchemaCompiler compiler, JsonElement json, string place) =>
        Pattern(compiler, json.ValueKind == JsonValueKind.String ? json.GetString() : null, place);

    private static bool Right(JsonElement value, SchemaRun run) => true;

    private static SchemaCheck Type(SchemaCompiler compiler, JsonElement json, string place)
    {
        var names = json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray()] : (JsonElement[])[json];
        if (names.Length == 0 || !Array.TrueForAll(names, name => name.ValueKind == JsonValueKind.String && Types.ContainsKey(name.GetString()!)))
        {
            compiler.Fault(place, $"Expected one or several of {string.Join(", ", Types.Keys.Order(StringComparer.Ordinal))}.");
            return Right;
        }

        var kinds = names.Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal);
        var detail = $"Expected {string.Join(" or ", kinds.Select(kind => Types[kind]))}.";
        return (value, run) => IsOf(value, kinds) || run.Fail(detail);
    }

    private static bool IsOf(JsonElement value, HashSet<string> kinds) => value.ValueKind switch
    {
        JsonValueKind.Object => kinds.Contains("object"),
        JsonValueKind.Array => kinds.Contains("array"),
        JsonValueKind.String => kinds.Contains("string"),
        JsonValueKind.Null => kinds.Contains("null"),
        JsonValueKind.Number => kinds.Contains("number") || kinds.Contains("integer") && JsonValues.Number(value).IsWhole,
        _ => kinds.Contains("boolean"),
    };

    private static SchemaCheck OneOf(SchemaCompiler compiler, JsonElement json, string place)
    {
        if (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() > 0)
            return Same([.. json.EnumerateArray().Select(JsonValues.Canonical)], $"Expected one of {Short(json)[1..^1]}.");
        compiler.Fault(place, "Expected an array of values, one at least.");
        return Right;
    }

    private static SchemaCheck Same(IEnumerable<string> values, string detail)
    {
        var known = values.ToFrozenSet(StringComparer.Ordinal);
        return (value, run) => run.Spend(1 + JsonValues.Raw(value).Length / 16) && (known.Contains(JsonValues.Canonical(value)) || run.Fail(detail));
    }

    private static SchemaCheck Bound(SchemaCompiler compiler, JsonElement json, string place, Func<int, bool> isWithin, string words)
    {
        if (json.ValueKind != JsonValueKind.Number)
        {
            compiler.Fault(place, "Expected a number.");
            return Right;
        }

        var (text, bound) = (JsonValues.Raw(json).ToArray(), JsonValues.Number(json));
        return (value, run) => value.ValueKind != JsonValueKind.Number
            || isWithin(Jobs.Json.JsonNumber.Compare(JsonValues.Number(value), JsonValues.Raw(value), bound, text))
            || run.Fail($"Expected {words} {Short(json)}.");
    }

    private static SchemaCheck MultipleOf(SchemaCompiler compiler, JsonElement json, string place)
    {
        if (json.ValueKind == JsonValueKind.Number && JsonValues.Raw(json)[0] != '-' && JsonValues.Number(json).Parts(JsonValues.Raw(json)) is ( > 0, _) parts)
        {
            return (value, run) => value.ValueKind != JsonValueKind.Number
                || JsonValues.Number(value).IsMultipleOf(JsonValues.Raw(value), parts.Digits, parts.Exponent)
                || run.Fail($"Expected a multiple of {Short(json)}.");
        }

        compiler.Fault(place, "Expected a number above 0 of at most 18 digits.");
        return Right;
    }

    private static SchemaCheck Length(SchemaCompiler compiler, JsonElement json, string place, Func<int, int, bool> isWithin, string words) =>
        compiler.Count(place, json) is { } bound
            ? (value, run) => value.ValueKind != JsonValueKind.String || isWithin(Characters(value.GetString()!), bound) || run.Fail($"Expected {words} {bound} characters.")
            : Right;

    // Code points, as JSON Schema counts: the second half of a pair is none.
    private static int Characters(string text) => text.Length - text.Count(char.IsLowSurrogate);

    private static string Short(JsonElement json)
    {
        const int most = 100;
        var text = json.GetRawText();
        return text.Length > most ? text[..most] + "…" : text;
    }
}
