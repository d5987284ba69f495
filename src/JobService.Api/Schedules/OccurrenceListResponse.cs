namespace JobService.Api.Schedules;

/// <summary>When a schedule is due next.</summary>
internal sealed record OccurrenceListResponse
{
    public required IReadOnlyList<OccurrenceResponse> Items { get; init; }
}
