using JobService.Core.Attempts;

namespace JobService.Core.Jobs;

/// <summary>
/// One attempt that is over and has a record of its own: each that did not end well, and the last one of an earlier generation.
/// How the last one of this generation ended, the job itself tells.
/// </summary>
public sealed record EndedAttempt
{
    public required int Attempt { get; init; }

    public required AttemptOutcome Outcome { get; init; }

    /// <summary>The name of the worker that ran it.</summary>
    public required string? Worker { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>Null where it did not fail.</summary>
    public required AttemptError? Error { get; init; }
}
