using JobService.Core.Leases;

namespace JobService.Core.Workers;

/// <summary>A worker as anyone may see it.</summary>
public sealed record RegisteredWorker
{
    public required WorkerId Id { get; init; }

    public required string Name { get; init; }

    public required string Host { get; init; }

    public required string Version { get; init; }

    public required int ProcessId { get; init; }

    /// <summary><c>running</c>, <c>draining</c>, <c>stopped</c> or <c>lost</c>.</summary>
    public required string State { get; init; }

    public required int Slots { get; init; }

    /// <summary>How many jobs it runs now.</summary>
    public required int Running { get; init; }

    public required IReadOnlyList<string> Queues { get; init; }

    public required IReadOnlyList<string> Types { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset BeatAt { get; init; }

    public required DateTimeOffset LeaseUntil { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }
}
