namespace JobService.Core.Storage.Reading;

/// <summary>A row of <c>workers</c>.</summary>
internal sealed class WorkerRow
{
    public int Id { get; init; }

    public required string Name { get; init; }

    public required string Host { get; init; }

    public required string Version { get; init; }

    public int Pid { get; init; }

    public int Slots { get; init; }

    public required string[] Queues { get; init; }

    public required string[] Types { get; init; }

    public required string State { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset BeatAt { get; init; }

    public DateTimeOffset LeaseUntil { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}
