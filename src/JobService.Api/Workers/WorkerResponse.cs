using JobService.Core.Workers;

namespace JobService.Api.Workers;

/// <summary>A process that runs jobs, or ran some.</summary>
internal sealed record WorkerResponse
{
    /// <example>17</example>
    public required int Id { get; init; }

    /// <example>host-1:4711</example>
    public required string Name { get; init; }

    /// <example>host-1</example>
    public required string Host { get; init; }

    /// <example>0.1.0</example>
    public required string Version { get; init; }

    /// <example>4711</example>
    public required int ProcessId { get; init; }

    /// <summary><c>running</c>, <c>draining</c>, <c>stopped</c>, or <c>lost</c>: its lease ran out.</summary>
    /// <example>running</example>
    public required string State { get; init; }

    /// <summary>How many jobs it can run at once.</summary>
    /// <example>20</example>
    public required int Slots { get; init; }

    /// <summary>How many it runs now.</summary>
    /// <example>3</example>
    public required int Running { get; init; }

    /// <summary>Globs of the queues it serves.</summary>
    public required IReadOnlyList<string> Queues { get; init; }

    /// <summary>The job types it has handlers for.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it last renewed its lease.</summary>
    public required DateTimeOffset BeatAt { get; init; }

    public required DateTimeOffset LeaseUntil { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    public static WorkerResponse From(RegisteredWorker worker) => new()
    {
        Id = worker.Id.Value,
        Name = worker.Name,
        Host = worker.Host,
        Version = worker.Version,
        ProcessId = worker.ProcessId,
        State = worker.State,
        Slots = worker.Slots,
        Running = worker.Running,
        Queues = worker.Queues,
        Types = worker.Types,
        StartedAt = worker.StartedAt,
        BeatAt = worker.BeatAt,
        LeaseUntil = worker.LeaseUntil,
        EndedAt = worker.EndedAt,
    };
}
