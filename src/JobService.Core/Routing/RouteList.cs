namespace JobService.Core.Routing;

/// <summary>The rules in their order, as one of their versions.</summary>
/// <param name="Version">Grows with each change.</param>
/// <param name="Routes">The first that a job meets is its rule.</param>
public sealed record RouteList(long Version, IReadOnlyList<Route> Routes);
