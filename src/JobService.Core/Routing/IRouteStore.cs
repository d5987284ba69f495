using JobService.Core.Errors;

namespace JobService.Core.Routing;

/// <summary>Where the routing rules are changed.</summary>
public interface IRouteStore
{
    /// <summary>Puts a list of rules in the place of all there were, in one transaction; refused where they are not those of the version that is expected.</summary>
    /// <param name="routes">The whole list, valid.</param>
    /// <param name="expected">The version to be replaced; null for whichever it is.</param>
    /// <param name="cancellationToken">Ends the wait for it.</param>
    /// <returns>The new version.</returns>
    Task<Result<long>> ReplaceAsync(IReadOnlyList<Route> routes, long? expected, CancellationToken cancellationToken);
}
