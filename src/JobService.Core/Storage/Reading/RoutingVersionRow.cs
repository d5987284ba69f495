namespace JobService.Core.Storage.Reading;

/// <summary>A row of <c>routing_versions</c>.</summary>
internal sealed class RoutingVersionRow
{
    public required string Name { get; init; }

    public long Version { get; init; }
}
