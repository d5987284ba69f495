namespace JobService.Core.Jobs;

/// <summary>Which occurrence of which schedule a job is for.</summary>
/// <param name="Name">The schedule.</param>
/// <param name="DueAt">When it was due; of a job that someone triggered, when they did.</param>
/// <param name="Missed">How many occurrences got no job since the last one that did, those of a pause apart.</param>
public sealed record JobSchedule(string Name, DateTimeOffset DueAt, int Missed = 0)
{
    /// <summary>Nobody was there when it was due: it makes up for a misfire.</summary>
    public bool IsLate { get; init; }

    /// <summary>Someone asked for it afterwards.</summary>
    public bool IsBackfilled { get; init; }

    /// <summary>Someone asked for it now.</summary>
    public bool IsTriggered { get; init; }
}
