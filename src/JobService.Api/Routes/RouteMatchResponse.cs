using System.Text.Json;
using JobService.Api.Json;
using JobService.Core.Routing;

namespace JobService.Api.Routes;

/// <summary>Which jobs meet a rule: those that meet all of it.</summary>
internal sealed record RouteMatchResponse
{
    /// <example>payment.*</example>
    public required string? Type { get; init; }

    /// <summary>Tags the job must have, each with a glob of its value.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>Places of the payload, by JSON pointers, with what is asked of each.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, RawJson>> Payload { get; init; }

    public static RouteMatchResponse From(RouteMatch match) => new()
    {
        Type = match.Type,
        Tags = match.Tags,
        Payload = match.Payload.GroupBy(condition => condition.Pointer, StringComparer.Ordinal).ToDictionary(
            place => place.Key,
            place => (IReadOnlyDictionary<string, RawJson>)place.ToDictionary(
                condition => JsonNamingPolicy.CamelCase.ConvertName(condition.Comparison.ToString()), condition => new RawJson(condition.Operand), StringComparer.Ordinal),
            StringComparer.Ordinal),
    };
}
