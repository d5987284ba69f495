using System.Collections.Frozen;

namespace JobService.Core.Schedules;

/// <summary>Time zones by their names in the IANA database of this machine.</summary>
internal static class TimeZones
{
    private const int MaxLength = 64;

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
            return zone;
        else
            fault = $"There is no time zone '{name}'. Give a name of the IANA database, such as Europe/Vienna; abbreviations such as CST and offsets mean several zones, or none.";
        return null;
    }

    /// <summary>Also .NET would find the names of Windows, and abbreviations that stand for one zone here and for another there.</summary>
    private static bool IsIana(string name) => string.Equals(name, "UTC", StringComparison.Ordinal) || name.Contains('/', StringComparison.Ordinal);
}
