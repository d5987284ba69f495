namespace JobService.Api.Schedules;

/// <summary>A page of schedules, by name.</summary>
internal sealed record ScheduleListResponse
{
    public required IReadOnlyList<ScheduleResponse> Items { get; init; }

    /// <summary>Asks for the page behind this one; null when there is none.</summary>
    public required string? NextCursor { get; init; }
}
