using System.Diagnostics;
using JobService.Core.Attempts;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

/// <summary>One run of a job.</summary>
internal sealed record AttemptResponse
{
    /// <example>1</example>
    public required int Attempt { get; init; }

    /// <summary><c>running</c>, <c>succeeded</c>, <c>failed</c>, <c>timedOut</c>, <c>lost</c> (its worker was), <c>abandoned</c> or <c>cancelled</c>.</summary>
    /// <example>failed</example>
    public required string Outcome { get; init; }

    /// <example>host-1:4711</example>
    public required string? Worker { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    public required JobErrorResponse? Error { get; init; }

    /// <summary>The stack of what was thrown, with what led to it.</summary>
    public required string? Stack { get; init; }

    public static AttemptResponse Of(EndedAttempt attempt) => new()
    {
        Attempt = attempt.Attempt,
        Outcome = WordFor(attempt.Outcome),
        Worker = attempt.Worker,
        StartedAt = attempt.StartedAt,
        FinishedAt = attempt.FinishedAt,
        Error = JobErrorResponse.From(attempt),
        Stack = attempt.Error?.Stack,
    };

    public static string WordFor(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Failed => "failed",
        AttemptOutcome.TimedOut => "timedOut",
        AttemptOutcome.Lost => "lost",
        AttemptOutcome.Abandoned => "abandoned",
        AttemptOutcome.Succeeded => "succeeded",
        AttemptOutcome.Cancelled => "cancelled",
        _ => throw new UnreachableException(),
    };
}
