namespace JobService.Core.Attempts;

/// <summary>How an attempt ended. The numbers are stored and never change; up to 4 they are those of <see cref="AttemptFailure"/>.</summary>
public enum AttemptOutcome
{
    /// <inheritdoc cref="AttemptFailure.Failed"/>
    Failed = AttemptFailure.Failed,

    /// <inheritdoc cref="AttemptFailure.TimedOut"/>
    TimedOut = AttemptFailure.TimedOut,

    /// <inheritdoc cref="AttemptFailure.Lost"/>
    Lost = AttemptFailure.Lost,

    /// <inheritdoc cref="AttemptFailure.Abandoned"/>
    Abandoned = AttemptFailure.Abandoned,

    Succeeded = 5,

    /// <summary>It was asked to stop, and did.</summary>
    Cancelled = 6,
}
