using System.Collections.Frozen;

namespace JobService.Core.Schedules;

/// <summary>Time zones by their names in the IANA database of this machine.</summary>
internal static class TimeZones
{
    private const int MaxLength = 64;

    private static readonly string[] Copies = ["posix", "right"];

    private static readonly FrozenDictionary<string, string> Exact =
        TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Distinct(StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(id => id, StringComparer.OrdinalIgnoreCase);

    /// <summary>The zone of a name, which is case-sensitive as the database is.</summary>
    /// <param name="name">Such as <c>Europe/Vienna</c>.</param>
    /// <param name="fault">Why there is none; empty when there is one.</param>
    public static TimeZoneInfo? Find(string name, out string fault)
    {
        fault = "";
        if (Exact.TryGetValue(name, out var exact) && !string.Equals(exact, name, StringComparison.Ordinal))
            fault = $"There is no time zone '{name}'; did you mean {exact}?";
        else if (name.Length is 0 or > MaxLength)
            fault = $"Expected the name of a time zone of the IANA database, such as Europe/Vienna, of at most {MaxLength} characters.";
        else if (IsIana(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            // .NET finds one that it has read before by any case of its name; another process would not.
            if (string.Equals(zone.Id, name, StringComparison.Ordinal))
                return zone;
            fault = $"There is no time zone '{name}'; did you mean {zone.Id}?";
        }
        else
            fault = $"There is no time zone '{name}'. Give a name of the IANA database, such as Europe/Vienna; abbreviations such as CST and offsets mean several zones, or none.";
        return null;
    }

    /// <summary>
    /// Also .NET would find the names of Windows, abbreviations that stand for one zone here and for another there, and what some machines keep beside the zones:
    /// <c>right</c> counts leap seconds, so its clocks are not those on the wall.
    /// </summary>
    private static bool IsIana(string name) => string.Equals(name, "UTC", StringComparison.Ordinal)
        || (name.Split('/') is [var area, _, ..] parts && !Copies.Contains(area, StringComparer.OrdinalIgnoreCase) && parts.All(part => part.Length > 0 && char.IsAsciiLetter(part[0])));
}
