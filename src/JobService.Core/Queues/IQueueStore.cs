using JobService.Core.Errors;

namespace JobService.Core.Queues;

/// <summary>Changes queues.</summary>
public interface IQueueStore
{
    /// <summary>The queue; null where there is none of that name.</summary>
    Task<Queue?> FindAsync(QueueName name, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the settings of a queue, which comes to be by that where there was none. Whether its limit is paused stays as it is. It waits for the claims under way; refused
    /// as unavailable where they take too long.
    /// </summary>
    Task<Result<SavedQueue>> SaveAsync(QueueName name, QueueSettings settings, CancellationToken cancellationToken);

    /// <summary>
    /// Pauses a queue, which may come to be by that: from the commit on nothing of it is claimed, by no process. It waits for the claims under way; refused as
    /// unavailable where they take too long. One that is paused already stays as it is.
    /// </summary>
    Task<Result<Queue>> PauseAsync(QueueName name, string? reason, string? actor, CancellationToken cancellationToken);

    /// <summary>Lets a queue be claimed from again; one that is not paused stays as it is.</summary>
    Task<Result<Queue>> ResumeAsync(QueueName name, CancellationToken cancellationToken);

    /// <summary>
    /// Cancels every job of a queue that was made before this began and isn't running, batch by batch, each its own transaction. If the process dies in
    /// between, what was cancelled stays so, and the same call again does the rest.
    /// </summary>
    Task<Result<QueuePurge>> PurgeAsync(QueueName name, string? reason, string? actor, CancellationToken cancellationToken);
}
