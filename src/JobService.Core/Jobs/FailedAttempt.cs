using JobService.Core.Attempts;

namespace JobService.Core.Jobs;

/// <summary>One attempt that did not end well.</summary>
public sealed record FailedAttempt
{
    public required int Attempt { get; init; }

    public required AttemptFailure Failure { get; init; }

    /// <summary>The name of the worker that ran it.</summary>
    public required string? Worker { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    public required AttemptError Error { get; init; }
}
