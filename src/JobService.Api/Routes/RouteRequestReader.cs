using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Routing;
using Route = JobService.Core.Routing.Route;

namespace JobService.Api.Routes;

/// <summary>Makes rules as their author writes them into those of the domain, which knows its own ranges.</summary>
internal static class RouteRequestReader
{
    /// <summary>The rules, or everything that is wrong with them.</summary>
    public static Result<IReadOnlyList<Route>> Read(IReadOnlyList<RouteRequest?> requests)
    {
        var faults = new RequestFaults();
        var routes = requests.Select((request, i) => Read(request, string.Create(CultureInfo.InvariantCulture, $"/{i}"), faults)).ToArray();
        faults.AddFurther(RouteRules.Check(routes));
        return faults.Any ? faults.ToRefusal() : routes;
    }

    private static Route Read(RouteRequest? request, string at, RequestFaults faults)
    {
        if (request is null)
            faults.Add(at, "Expected an object.");
        faults.AddUnknown(at, request?.Unknown);
        if (request is { Name: null })
            faults.Add(at + "/name", "A name is required.");
        if (request is { Match: null })
            faults.Add(at + "/match", "It must be said which jobs meet it; {} is met by every job.");
        if (request is { Set: null })
            faults.Add(at + "/set", "It must be said what it settles.");
        return new Route(
            request?.Name ?? "",
            request?.Match is { } match ? Read(match, at + "/match", faults) : new RouteMatch(),
            request?.Set is { } set ? JobDefaultsRules.Read(set, at + "/set", faults) : JobDefaults.None);
    }

    private static RouteMatch Read(RouteMatchRequest request, string at, RequestFaults faults)
    {
        faults.AddUnknown(at, request.Unknown);
        foreach (var (key, _) in (request.Tags ?? FrozenDictionary<string, string?>.Empty).Where(tag => tag.Value is null))
            faults.Add(at + "/tags" + Fault.ShortStepTo(key), "Expected a value or a glob of it.");
        return new RouteMatch
        {
            Type = request.Type,
            Tags = request.Tags?.Where(tag => tag.Value is not null).ToDictionary(tag => tag.Key, tag => tag.Value!, StringComparer.Ordinal) ?? (IReadOnlyDictionary<string, string>)FrozenDictionary<string, string>.Empty,
            Payload = [.. (request.Payload ?? FrozenDictionary<string, ComparisonsRequest?>.Empty).SelectMany(place => Conditions(place.Key, place.Value, at + "/payload" + Fault.ShortStepTo(place.Key), faults))],
        };
    }

    private static IReadOnlyList<PayloadCondition> Conditions(string pointer, ComparisonsRequest? request, string at, RequestFaults faults)
    {
        faults.AddUnknown(at, request?.Unknown);
        PayloadCondition[] conditions =
        [
            .. Given(request).Where(given => given.Operand.ValueKind != JsonValueKind.Undefined)
                .Select(given => new PayloadCondition(pointer, given.Comparison, given.Operand.GetRawText())),
        ];
        if (conditions.Length == 0 && request?.Unknown is null)
            faults.Add(at, "Expected an object with at least one of eq, ne, gt, gte, lt, lte, in and exists.");
        return conditions;
    }

    private static IEnumerable<(Comparison Comparison, JsonElement Operand)> Given(ComparisonsRequest? request) => request is null ? [] :
    [
        (Comparison.Eq, request.Eq), (Comparison.Ne, request.Ne), (Comparison.Gt, request.Gt), (Comparison.Gte, request.Gte),
        (Comparison.Lt, request.Lt), (Comparison.Lte, request.Lte), (Comparison.In, request.In), (Comparison.Exists, request.Exists),
    ];
}
