namespace JobService.Core.Schedules;

/// <summary>
/// Governments change the clocks of a zone, and a process knows of it once its time zone database does. So the next occurrence that was stored, by another process or by this one before it
/// was updated, may be none by the clocks that are known here: the same time of the day comes earlier, or later. It is therefore stored with the offset of its clocks, which tells what time was meant.
/// </summary>
internal static class ZoneCorrection
{
    /// <summary>Two databases are at most so far apart about a local time: a zone goes from one side of the date line to the other, and by an hour or two beside.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromHours(26);

    /// <summary>Local time minus UTC just before an occurrence; null where there is none, or where no hour is named and only the time that passes counts.</summary>
    public static TimeSpan? OffsetBefore(Cadence cadence, DateTimeOffset? dueAt) => dueAt is { } at && cadence is CronCadence { Parsed.NamesItsHours: true } cron
        ? TimeZoneInfo.FindSystemTimeZoneById(cron.TimeZone).GetUtcOffset(JustBefore(at))
        : null;

    /// <summary>The first occurrence that is not decided, by the clocks that are known here.</summary>
    /// <param name="cadence">Of the schedule.</param>
    /// <param name="decidedUpTo">From where the next occurrence was reckoned.</param>
    /// <param name="stored">The next occurrence, as whoever stored it knew it.</param>
    /// <param name="offset">And the offset just before it.</param>
    /// <returns>The very instant that is stored where the clocks are the same. Null where there is none any more.</returns>
    public static DateTimeOffset? FirstUndecided(Cadence cadence, DateTimeOffset decidedUpTo, DateTimeOffset stored, TimeSpan? offset)
    {
        if (cadence is not CronCadence cron)
            return stored;

        // One that steps through the day goes by the time that passes, so what comes next is next.
        if (!cron.Parsed.NamesItsHours)
            return cron.Next(decidedUpTo)?.At;
        if (offset is not { } known || (known == OffsetBefore(cron, stored) && cron.Next(stored.AddTicks(-1))?.At == stored))
            return stored;

        // One that names its hours comes once for each time of the day: what the clocks had shown before it was decided, at whatever instant.
        var decided = JustBefore(stored).UtcDateTime + known;
        return cron.After(stored - Reach).FirstOrDefault(occurrence => occurrence.Local.DateTime > decided)?.At;
    }

    /// <summary>By as little as the database keeps.</summary>
    private static DateTimeOffset JustBefore(DateTimeOffset at) => at.AddTicks(-TimeSpan.TicksPerMicrosecond);
}
