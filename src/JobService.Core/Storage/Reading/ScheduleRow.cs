namespace JobService.Core.Storage.Reading;

/// <summary>As much of a row of <c>schedules</c> as finds its jobs; <see cref="Stores.ScheduleRows"/> reads it whole.</summary>
internal sealed class ScheduleRow
{
    public int Id { get; init; }

    public required string Name { get; init; }
}
