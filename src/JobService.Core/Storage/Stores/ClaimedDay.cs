using JobService.Core.Jobs;

namespace JobService.Core.Storage.Stores;

/// <summary>The day, in UTC, that most claims are of, as far as is known: the bodies of its jobs are read with their claims. Safe for several claims at once.</summary>
internal sealed class ClaimedDay(TimeProvider clock)
{
    // In ticks, since those can be written in one go.
    private long ticks = StartOf(clock.GetUtcNow().ToUniversalTime()).Ticks;

    /// <summary>The bounds of the identities that are made on it: from the first to before the end.</summary>
    public (Guid First, Guid End) Ids
    {
        get
        {
            var day = new DateTimeOffset(Volatile.Read(ref ticks), TimeSpan.Zero);
            return (JobId.FirstAt(day).Value, JobId.FirstAt(day.AddDays(1)).Value);
        }
    }

    public static DateTimeOffset StartOf(DateTimeOffset instant) => instant - instant.TimeOfDay;

    /// <summary>Takes the day of a job that was claimed for that of the next ones.</summary>
    public void Saw(JobId claimed) => Volatile.Write(ref ticks, StartOf(claimed.MadeAt).Ticks);
}
