namespace JobService.Core.Storage.Reading;

/// <summary>As much of a row of <c>deleted_schedules</c> as finds its jobs.</summary>
internal sealed class DeletedScheduleRow
{
    public required string Name { get; init; }

    public int Id { get; init; }
}
