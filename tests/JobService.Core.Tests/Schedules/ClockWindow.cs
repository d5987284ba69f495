namespace JobService.Core.Tests.Schedules;

/// <summary>The minutes around a change of the clocks, one by one, with the local time of each: all that brute force needs to know.</summary>
internal sealed class ClockWindow
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly (DateTime At, DateTime Local)[] minutes;

    /// <param name="zone">Whose clocks.</param>
    /// <param name="change">About when they change.</param>
    public ClockWindow(TimeZoneInfo zone, DateTime change)
    {
        (From, To) = (change.AddDays(-1), change.AddDays(1));
        minutes = new (DateTime, DateTime)[6 * 24 * 60];
        for (var i = 0; i < minutes.Length; i++)
        {
            var at = change.AddDays(-3) + (i * Minute);
            minutes[i] = (at, DateTime.SpecifyKind(at + zone.GetUtcOffset(at), DateTimeKind.Unspecified));
        }
    }

    /// <summary>What is looked at; the minutes around it only help.</summary>
    public DateTime From { get; }

    public DateTime To { get; }

    /// <summary>The changes of a zone's clocks, to the minute.</summary>
    public static IEnumerable<DateTime> Changes(TimeZoneInfo zone, int fromYear, int toYear)
    {
        var end = new DateTime(toYear, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (var at = new DateTime(fromYear, 1, 1, 0, 0, 0, DateTimeKind.Utc); at < end; at += TimeSpan.FromHours(3))
        {
            var offset = zone.GetUtcOffset(at);
            if (zone.GetUtcOffset(at + TimeSpan.FromHours(3)) == offset)
                continue;
            var first = at;
            while (zone.GetUtcOffset(first) == offset)
                first += Minute;
            yield return first;
        }
    }

    /// <summary>The instants at which the case is due between <see cref="From"/> and <see cref="To"/>.</summary>
    public DateTime[] Due(ClockCase rule)
    {
        var due = rule.NamesItsHours ? DueOfNamed(rule) : minutes.Where(minute => rule.Allows(minute.Local)).Select(minute => minute.At);
        return [.. due.Where(at => at > From && at <= To).Order().Distinct()];
    }

    /// <summary>Every minute that a clock on the wall could show, and when it does for the first time; if never, when it is first past it.</summary>
    private IEnumerable<DateTime> DueOfNamed(ClockCase rule)
    {
        for (var local = minutes[0].Local; local <= minutes[^1].Local; local += Minute)
        {
            if (!rule.Allows(local))
                continue;
            var shown = Array.FindIndex(minutes, minute => minute.Local == local);
            yield return shown >= 0 ? minutes[shown].At : Array.Find(minutes, minute => minute.Local > local).At;
        }
    }
}
