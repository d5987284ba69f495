using JobService.Core.Queues;

namespace JobService.Core.Routing;

/// <summary>Reads the routing rules.</summary>
public interface IRoutingQueries
{
    /// <summary>How far the changes are: one cheap look.</summary>
    Task<RoutingVersion> VersionAsync(CancellationToken cancellationToken);

    /// <summary>The queues that hold so many jobs and no more.</summary>
    Task<IReadOnlyList<QueueName>> BoundedQueuesAsync(CancellationToken cancellationToken);

    /// <summary>The rules. They may be newer than the version that is told with them, never older.</summary>
    Task<RouteList> RoutesAsync(CancellationToken cancellationToken);
}
