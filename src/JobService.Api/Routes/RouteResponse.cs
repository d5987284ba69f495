using JobService.Api.Jobs;
using Route = JobService.Core.Routing.Route;

namespace JobService.Api.Routes;

/// <summary>A routing rule as it is kept; it can be sent back as it is.</summary>
internal sealed record RouteResponse
{
    /// <example>payments</example>
    public required string Name { get; init; }

    public required RouteMatchResponse Match { get; init; }

    public required JobDefaultsResponse Set { get; init; }

    public static RouteResponse From(Route route) => new() { Name = route.Name, Match = RouteMatchResponse.From(route.Match), Set = JobDefaultsResponse.From(route.Set) };
}
