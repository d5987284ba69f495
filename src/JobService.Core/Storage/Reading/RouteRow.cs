namespace JobService.Core.Storage.Reading;

/// <summary>A row of <c>routes</c>.</summary>
internal sealed class RouteRow
{
    public int Position { get; init; }

    public required string Rule { get; init; }
}
