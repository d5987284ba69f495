namespace JobService.Core.Storage.Reading;

/// <summary>A row of <c>attempts</c>.</summary>
internal sealed class AttemptRow
{
    public Guid Id { get; init; }

    public int Attempt { get; init; }

    /// <summary>An <see cref="Attempts.AttemptOutcome"/>.</summary>
    public short Failure { get; init; }

    public int WorkerId { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset FinishedAt { get; init; }

    public string? ErrorType { get; init; }

    public string? Message { get; init; }

    public string? Stack { get; init; }
}
