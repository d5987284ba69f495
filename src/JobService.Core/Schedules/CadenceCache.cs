using System.Collections.Concurrent;

namespace JobService.Core.Schedules;

/// <summary>The cron cadences that were read last: one is asked for at each decision and each time its schedule is shown, and changes seldom.</summary>
/// <param name="capacity">How many are kept; beyond that it begins anew.</param>
internal sealed class CadenceCache(int capacity)
{
    private readonly ConcurrentDictionary<(string Expression, string TimeZone, string SpreadBy), CronCadence> known = new();

    public int Count => known.Count;

    /// <summary>As <see cref="CronCadence.TryParse"/>.</summary>
    public CronCadence? TryParse(string text, TimeZoneInfo zone, string spreadBy, out string fault)
    {
        // Only H makes a difference between names. What else has such a letter, as THU and @hourly, is kept for each name, which does no harm.
        var key = (text, zone.Id, text.Contains('H', StringComparison.OrdinalIgnoreCase) ? spreadBy : "");
        fault = "";
        if (known.TryGetValue(key, out var cadence))
            return cadence;
        if (CronCadence.TryParse(text, zone, spreadBy, out fault) is not { } read)
            return null;

        if (known.Count >= capacity)
            known.Clear();
        return known.GetOrAdd(key, read);
    }
}
