using System.Collections.Concurrent;

namespace JobService.Core.Schedules;

/// <summary>
/// The clocks of a time zone. It asks .NET for the offset of an instant and for nothing else: what that has to say about local times
/// fails for zones that move their standard time, by half an hour, or backwards in summer.
/// </summary>
internal sealed class ZoneClock
{
    /// <summary>No zone of the IANA database sets its clocks twice in so short a time.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromHours(6);

    /// <summary>Local time and UTC are never further apart: from -12 to +14 hours, with a change in between.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromDays(2);

    private static readonly ConcurrentDictionary<string, ZoneClock> Known = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<int, ZoneChange[]> changes = new();
    private readonly TimeZoneInfo zone;

    private ZoneClock(TimeZoneInfo zone) => this.zone = zone;

    /// <summary>Its name in the IANA database.</summary>
    public string Name => zone.Id;

    public static ZoneClock Of(TimeZoneInfo zone) => Known.GetOrAdd(zone.Id, _ => new ZoneClock(zone));

    /// <summary>Local time minus UTC.</summary>
    public TimeSpan OffsetAt(DateTime utc) => zone.GetUtcOffset(utc);

    public DateTime LocalAt(DateTime utc) => Unspecified(utc + OffsetAt(utc));

    /// <summary>The first change after an instant and before another; null where there is none.</summary>
    public ZoneChange? NextChange(DateTime utc, DateTime until)
    {
        for (var year = utc.Year; year <= until.Year; year++)
        {
            foreach (var change in ChangesOf(year))
            {
                if (change.At > utc)
                    return change.At < until ? change : null;
            }
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

    private ZoneChange[] ChangesOf(int year) => changes.GetOrAdd(year, Find);

    private ZoneChange[] Find(int year)
    {
        var found = new List<ZoneChange>();
        var end = year == DateTime.MaxValue.Year ? Utc(DateTime.MaxValue) : new DateTime(year + 1, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        // A change at the first instant of the year is of this year, so that each is of one.
        var from = year == 1 ? Utc(DateTime.MinValue) : new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(-1);
        for (var (at, before) = (from, OffsetAt(from)); at < end - Look; at += Look)
        {
            var after = OffsetAt(at + Look);
            if (after != before)
                found.Add(new ZoneChange(FirstWith(after, at, at + Look), before, after));
            before = after;
        }

        return [.. found];
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

    private static DateTime Clamped(DateTime local, TimeSpan by) =>
        Utc(by < TimeSpan.Zero ? local - DateTime.MinValue < -by ? DateTime.MinValue : local + by : DateTime.MaxValue - local < by ? DateTime.MaxValue : local + by);

    private static DateTime Utc(DateTime instant) => DateTime.SpecifyKind(instant, DateTimeKind.Utc);

    private static DateTime Unspecified(DateTime local) => DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
}
