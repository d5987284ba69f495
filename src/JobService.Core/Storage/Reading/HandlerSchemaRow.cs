namespace JobService.Core.Storage.Reading;

/// <summary>A row of <c>handler_schemas</c>.</summary>
internal sealed class HandlerSchemaRow
{
    public required string Type { get; init; }

    public required string Hash { get; init; }

    public required string Schema { get; init; }

    public DateTimeOffset FirstSeenAt { get; init; }

    public DateTimeOffset LastSeenAt { get; init; }
}
