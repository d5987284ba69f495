namespace JobService.Core.Storage.Reading;

/// <summary>A row of <c>job_events</c>.</summary>
internal sealed class JobEventRow
{
    public Guid Id { get; init; }

    public long Seq { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Kind { get; init; }

    public string? Actor { get; init; }

    public string? Detail { get; init; }
}
