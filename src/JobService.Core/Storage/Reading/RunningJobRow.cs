namespace JobService.Core.Storage.Reading;

/// <summary>Of a row of <c>running_jobs</c>: which worker runs it.</summary>
internal sealed class RunningJobRow
{
    public Guid Id { get; init; }

    public int WorkerId { get; init; }
}
