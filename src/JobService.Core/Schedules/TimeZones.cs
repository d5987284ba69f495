namespace JobService.Core.Schedules;

/// <summary>Time zones by their names in the IANA database of this machine.</summary>
internal static class TimeZones
{
    private const int MaxLength = 64;
    private const string Advice = "Give a name of the IANA database, such as Europe/Vienna; abbreviations such as CST and offsets mean several zones, or none.";

    private static readonly string[] Copies = ["posix", "right"];

    /// <summary>What the database keeps for old programs and no place goes by.</summary>
    private static readonly string[] Placeless = ["CET", "CST6CDT", "EET", "EST", "EST5EDT", "Factory", "HST", "MET", "MST", "MST7MDT", "PST8PDT", "WET"];

    /// <summary>The zone of a name, which is case-sensitive as the database is.</summary>
    /// <param name="name">Such as <c>Europe/Vienna</c>.</param>
    /// <param name="fault">Why there is none; empty when there is one.</param>
    public static TimeZoneInfo? Find(string name, out string fault)
    {
        fault = "";
        var written = ZoneDatabase.Names.GetValueOrDefault(name, name);
        if (name.Length is 0 or > MaxLength)
            fault = $"Expected the name of a time zone of the IANA database, such as Europe/Vienna, of at most {MaxLength} characters.";
        else if (!IsIana(written) || !TimeZoneInfo.TryFindSystemTimeZoneById(written, out var zone))
            fault = ZoneDatabase.Names.ContainsKey(name) ? OldName(written) : $"There is no time zone '{name}'. {Advice}";
        else if (string.Equals(zone.Id, name, StringComparison.Ordinal))
            return zone;
        else
            fault = $"There is no time zone '{name}'; did you mean {zone.Id}?";
        return null;
    }

    /// <summary>Which one to give instead of a name that is no longer one to use.</summary>
    private static string OldName(string name) => !Placeless.Contains(name, StringComparer.Ordinal) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && ZoneDatabase.PlaceOf(zone) is { } place
        ? $"The IANA database keeps '{name}' as an old name of {place}; give that."
        : $"The IANA database keeps '{name}' for old programs, and no place goes by it; give the name of a place, such as Europe/Vienna.";

    /// <summary>
    /// Also .NET would find the names of Windows, abbreviations that stand for one zone here and for another there, and what some machines keep beside the zones:
    /// <c>right</c> counts leap seconds, so its clocks are not those on the wall.
    /// </summary>
    private static bool IsIana(string name) => string.Equals(name, "UTC", StringComparison.Ordinal)
        || (name.Split('/') is [var area, _, ..] parts && !Copies.Contains(area, StringComparer.OrdinalIgnoreCase) && parts.All(part => part.Length > 0 && char.IsAsciiLetter(part[0])));
}
