namespace JobService.Core.Tests.Schedules;

/// <summary>What .NET says of the local times of a zone, beside the offsets that it gives for instants.</summary>
internal static class LocalTimes
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Around = TimeSpan.FromHours(3);
    private static readonly TimeSpan Reach = TimeSpan.FromDays(2);

    /// <summary>
    /// Whether they mislead whoever asks for them about a change of the clocks, as Cronos does. Either they contradict the offsets: a local time that is shown is called
    /// invalid, one that is shown once ambiguous, or it has another offset. Or the clocks are set back to another offset than the zone's base, which is its standard time of today and which
    /// Cronos takes for that of all times.
    /// </summary>
    public static bool Mislead(TimeZoneInfo zone, DateTime change)
    {
        var shown = Minutes(change - Reach, change + Reach).ToLookup(at => Local(at, zone), at => zone.GetUtcOffset(at));
        var (before, after) = (Local(change - Minute, zone), Local(change, zone));
        return Minutes((before < after ? before : after) - Around, (before < after ? after : before) + Around).Any(local => shown[local].ToArray() switch
        {
            [] => !zone.IsInvalidTime(local),
            [var only] => zone.IsInvalidTime(local) || zone.IsAmbiguousTime(local) || zone.GetUtcOffset(local) != only,
            [.., var last] offsets => !zone.IsAmbiguousTime(local) || !zone.GetAmbiguousTimeOffsets(local).Order().SequenceEqual(offsets.Order()) || last != zone.BaseUtcOffset,
        });
    }

    private static IEnumerable<DateTime> Minutes(DateTime from, DateTime to)
    {
        for (var minute = from; minute < to; minute += Minute)
            yield return minute;
    }

    private static DateTime Local(DateTime at, TimeZoneInfo zone) => DateTime.SpecifyKind(at + zone.GetUtcOffset(at), DateTimeKind.Unspecified);
}
