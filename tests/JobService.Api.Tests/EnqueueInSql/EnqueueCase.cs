namespace JobService.Api.Tests.EnqueueInSql;

/// <summary>A request to enqueue a job, as both ways in take it.</summary>
/// <param name="Type">The type; null where there is none.</param>
/// <param name="Payload">The payload as JSON; null where there is none.</param>
/// <param name="Options">An object of everything else as JSON.</param>
public sealed record EnqueueCase(string? Type, string? Payload, string Options)
{
    public string? TraceParent { get; init; }

    public string? TraceState { get; init; }
}
