using System.Collections.Frozen;

namespace JobService.Core.Schedules;

/// <summary>
/// The names in the zone database of this machine, read once. .NET lists only what it has read so far and the names of places, so that its answers
/// would depend on what was asked before.
/// </summary>
internal static class ZoneDatabase
{
    private static readonly EnumerationOptions Entries = new();

    private static readonly string Folder = Environment.GetEnvironmentVariable("TZDIR") is { Length: > 0 } folder ? folder : "/usr/share/zoneinfo";

    /// <summary>All of them by any case; none where the machine keeps no such folder.</summary>
    public static readonly FrozenDictionary<string, string> Names =
        Under(Folder, "").Distinct(StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(name => name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Those that stand for places today, in order.</summary>
    private static readonly string[] Places = [.. ReadPlaces().Order(StringComparer.Ordinal)];

    /// <summary>The place whose clocks are those of an old name, and always were; null where there is none.</summary>
    public static string? PlaceOf(TimeZoneInfo zone)
    {
        if (zone.HasSameRules(TimeZoneInfo.Utc))
            return TimeZoneInfo.Utc.Id;
        var same = Places.Where(name => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var place) && place.HasSameRules(zone)).ToArray();
        return same.FirstOrDefault(name => name.EndsWith($"/{zone.Id}", StringComparison.Ordinal)) ?? same.FirstOrDefault();
    }

    /// <summary>Zones and areas begin with a capital; what else is there are lists, and copies that count leap seconds.</summary>
    private static IEnumerable<string> Under(string folder, string area) => !Directory.Exists(folder) ? [] : new DirectoryInfo(folder)
        .EnumerateFileSystemInfos("*", Entries)
        .Where(entry => char.IsAsciiLetterUpper(entry.Name[0]))
        .SelectMany(entry => entry is DirectoryInfo ? Under(entry.FullName, $"{area}{entry.Name}/") : [$"{area}{entry.Name}"]);

    /// <summary>The third column of a list that stands beside the zones.</summary>
    private static IEnumerable<string> ReadPlaces()
    {
        var list = Path.Combine(Folder, "zone.tab");
        return from line in (File.Exists(list) ? File.ReadLines(list) : [])
               where line is not ['#', ..]
               let columns = line.Split('\t')
               where columns.Length > 2
               select columns[2];
    }
}
