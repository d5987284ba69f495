namespace JobService.Core.Storage.Reading;

/// <summary>A row of <c>attempts</c>.</summary>
internal sealed class AttemptRow
{
    public Guid Id { get; init; }

    public int Attempt { get; init; }

    public short Failure { get; init; }

    public int WorkerId { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset FinishedAt { get; init; }

    public required string ErrorType { get; init; }

    public required string Message { get; init; }

    public string? Stack { get; init; }
}
