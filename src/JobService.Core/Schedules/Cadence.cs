namespace JobService.Core.Schedules;

/// <summary>When a schedule is due: a cron expression in a time zone, an interval, or once.</summary>
public abstract record Cadence
{
    private protected Cadence()
    {
    }

    /// <summary>The first occurrence strictly after an instant; null when there is none any more.</summary>
    public abstract Occurrence? Next(DateTimeOffset after);

    /// <summary>The occurrences strictly after an instant, in order, as many as one cares to take.</summary>
    public IEnumerable<Occurrence> After(DateTimeOffset instant)
    {
        for (var next = Next(instant); next is not null; next = Next(next.At))
            yield return next;
    }
}
