namespace JobService.Core.Leases;

/// <summary>What a worker says of itself when it starts.</summary>
public sealed record WorkerRegistration
{
    /// <summary>What people call it; default <c>host:pid</c>.</summary>
    public required string Name { get; init; }

    public required string Host { get; init; }

    public required string Version { get; init; }

    public required int ProcessId { get; init; }

    public required int Slots { get; init; }

    public required IReadOnlyCollection<string> Queues { get; init; }

    public required IReadOnlyCollection<string> Types { get; init; }
}
