using System.Globalization;
using System.Text.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Jobs.Json;
using JobService.Core.Keys;
using JobService.Core.Queues;

namespace JobService.Core.Routing;

/// <summary>What a list of rules may be, so that matching a job stays cheap whatever anyone writes.</summary>
public static class RouteRules
{
    public const int MaxRoutes = 500;
    public const int MaxConditions = 16;
    public const int MaxOperands = 100;
    public const int MaxPointerLength = 256;
    public const int MaxOperandLength = 256;

    /// <summary>What is wrong with the rules; nothing where they may be stored.</summary>
    /// <param name="routes">The whole list, in its order.</param>
    public static IEnumerable<Fault> Check(IReadOnlyList<Route> routes)
    {
        if (routes.Count > MaxRoutes)
        {
            yield return new Fault("", $"Expected at most {MaxRoutes} rules.");
            yield break;
        }

        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < routes.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"/{i}");
            if (!NamePattern.IsMatch(routes[i].Name))
                yield return new Fault(at + "/name", $"Expected a name that matches {NamePattern.Expression}.");
            else if (!places.TryAdd(routes[i].Name, i))
                yield return new Fault(at + "/name", $"The rule at /{places[routes[i].Name]} has this name already.");
            foreach (var fault in CheckMatch(at + "/match", routes[i].Match).Concat(routes[i].Set.Check(at + "/set")))
                yield return fault;
        }
    }

    private static IEnumerable<Fault> CheckMatch(string at, RouteMatch match)
    {
        if (match.Tags.Count + match.Payload.Count + (match.Type is null ? 0 : 1) > MaxConditions)
            yield return new Fault(at, $"Expected at most {MaxConditions} conditions in all.");
        if (match.Type is { } type && !Glob.IsOne(type))
            yield return BadGlob(at + "/type");
        foreach (var (key, value) in match.Tags)
        {
            if (!JobTags.IsKey(key))
                yield return new Fault(at + "/tags" + Fault.ShortStepTo(key), $"Expected a key that matches {JobTags.KeyExpression}.");
            if (!Glob.IsOne(value))
                yield return BadGlob(at + "/tags" + Fault.ShortStepTo(key));
        }

        foreach (var condition in match.Payload)
        {
            var place = at + "/payload" + Fault.ShortStepTo(condition.Pointer);
            if (!JsonPointer.IsOne(condition.Pointer) || condition.Pointer.Length > MaxPointerLength)
                yield return new Fault(place, $"Expected a JSON pointer of at most {MaxPointerLength} characters, such as /customer/country.");
            else if (CheckOperand(condition) is { } detail)
                yield return new Fault($"{place}/{JsonNamingPolicy.CamelCase.ConvertName(condition.Comparison.ToString())}", detail);
        }
    }

    private static Fault BadGlob(string at) =>
        new(at, $"Expected a glob of 1 to {Glob.MaxLength} characters, * for any and ? for one; with these at most {Glob.MaxPlaces} beside the stars.");

    private static string? CheckOperand(PayloadCondition condition)
    {
        // Deeper than a payload may be, so that what the body of a request may hold is told as what it is.
        using var document = JsonDocument.Parse(condition.Operand, new JsonDocumentOptions { MaxDepth = 2 * JobJson.MaxDepth });
        var operand = document.RootElement;
        return condition.Comparison switch
        {
            Comparison.Exists => operand.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "Expected true or false.",
            Comparison.In when operand.ValueKind != JsonValueKind.Array || operand.GetArrayLength() is 0 or > MaxOperands => $"Expected an array of 1 to {MaxOperands} values.",
            Comparison.In => operand.EnumerateArray().Select(CheckScalar).FirstOrDefault(detail => detail is not null),
            Comparison.Eq or Comparison.Ne => CheckScalar(operand),
            _ when operand.ValueKind is not (JsonValueKind.Number or JsonValueKind.String) => "Expected a number or a string: nothing else is larger or smaller.",
            _ => CheckScalar(operand),
        };
    }

    private static string? CheckScalar(JsonElement operand) => operand.ValueKind is JsonValueKind.Object or JsonValueKind.Array
        ? "Expected a string, a number, true, false or null."
        : operand.GetRawText().Length > MaxOperandLength ? $"Expected at most {MaxOperandLength} characters." : null;
}
