namespace JobService.Api.Jobs;

/// <summary>One line that a handler logged.</summary>
internal sealed record LogLineResponse
{
    public required DateTimeOffset At { get; init; }

    /// <example>1</example>
    public required int Attempt { get; init; }

    /// <example>12 of 40 pages done</example>
    public required string Message { get; init; }
}
