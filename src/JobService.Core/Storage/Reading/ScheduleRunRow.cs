namespace JobService.Core.Storage.Reading;

/// <summary>A row of <c>schedule_runs</c>, as far as it tells which jobs a schedule made.</summary>
internal sealed class ScheduleRunRow
{
    public int ScheduleId { get; init; }

    public DateTimeOffset DueAt { get; init; }

    public short Kind { get; init; }

    public Guid? JobId { get; init; }
}
