namespace JobService.Core.Routing;

/// <summary>How far the changes are of all that settles jobs.</summary>
/// <param name="Routes">Of the rules.</param>
/// <param name="JobTypes">Of the settings and schemas of types.</param>
/// <param name="BoundedQueues">Of which queues hold so many jobs and no more.</param>
public readonly record struct RoutingVersion(long Routes, long JobTypes, long BoundedQueues);
