namespace JobService.Core.Schedules;

/// <summary>
/// The clocks of a time zone. It asks .NET for the offset of an instant and for nothing else: what that has to say about local times
/// fails for zones that move their standard time, by half an hour, or backwards in summer. It keeps nothing: a question costs as many look-ups
/// as there are six hours in the time that it is about.
/// </summary>
/// <param name="name">The zone's name in the IANA database.</param>
/// <param name="offsetAt">Local time minus UTC, at an instant in UTC.</param>
internal sealed class ZoneClock(string name, Func<DateTime, TimeSpan> offsetAt)
{
    /// <summary>Local time and UTC are never further apart: from -12 to +14 hours, with a change in between.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(2);

    /// <summary>No zone of the IANA database sets its clocks twice in so short a time.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromHours(6);

    public ZoneClock(TimeZoneInfo zone)
        : this(zone.Id, zone.GetUtcOffset)
    {
    }

    public string Name => name;

    /// <summary>Local time minus UTC.</summary>
    public TimeSpan OffsetAt(DateTime utc) => offsetAt(Utc(utc));

    public DateTime LocalAt(DateTime utc) => Unspecified(utc + OffsetAt(utc));

    /// <summary>The first change after an instant and before another; null where there is none.</summary>
    public ZoneChange? NextChange(DateTime utc, DateTime until)
    {
        var (at, last) = (Utc(utc), Utc(until).AddTicks(-1));
        var before = OffsetAt(at);
        while (at < last)
        {
            var end = last - at > Look ? at + Look : last;
            var after = OffsetAt(end);
            if (after != before)
                return new ZoneChange(FirstWith(after, at, end), before, after);
            at = end;
        }

        return null;
    }

    /// <summary>
    /// The instant at which the clocks show a local time: the first one where they show it twice; and where they never do, because they were set
    /// forward over it, the instant at which they were.
    /// </summary>
    public DateTime InstantOf(DateTime local)
    {
        var begin = Clamped(local, -Reach);
        var end = Clamped(local, Reach);
        while (true)
        {
            var change = NextChange(begin, end);
            var instant = Utc(local - OffsetAt(begin));
            if (change is not { } next || instant < next.At)
                return instant < begin ? begin : instant;
            begin = next.At;
        }
    }

    /// <summary>The latest local time that the clocks have shown up to an instant: later than they show then where they have been set back.</summary>
    public DateTime LatestShown(DateTime utc)
    {
        var latest = LocalAt(utc);
        for (var change = NextChange(Clamped(utc, -Reach), utc.AddTicks(1)); change is { } set; change = NextChange(set.At, utc.AddTicks(1)))
        {
            var last = Unspecified(set.At + set.Before).AddTicks(-1);
            if (last > latest)
                latest = last;
        }

        return latest;
    }

    /// <summary>Halves the time in between until it is found.</summary>
    private DateTime FirstWith(TimeSpan offset, DateTime without, DateTime with)
    {
        while (with - without > TimeSpan.FromTicks(1))
        {
            var middle = without + ((with - without) / 2);
            if (OffsetAt(middle) == offset)
                with = middle;
            else
                without = middle;
        }

        return with;
    }

    private static DateTime Clamped(DateTime time, TimeSpan by) =>
        Utc(by < TimeSpan.Zero ? time - DateTime.MinValue < -by ? DateTime.MinValue : time + by : DateTime.MaxValue - time < by ? DateTime.MaxValue : time + by);

    private static DateTime Utc(DateTime instant) => DateTime.SpecifyKind(instant, DateTimeKind.Utc);

    private static DateTime Unspecified(DateTime local) => DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
}
