using System.Globalization;
using System.Text;
using System.Xml;

namespace JobService.Core.Timeouts;

/// <summary>
/// Durations as people write them: <c>250ms</c>, <c>30s</c>, <c>1h30m</c>, <c>2d</c>, or ISO 8601 (<c>PT30S</c>). Written back
/// in the first form. Never negative, and at most 36,500 days.
/// </summary>
public static class DurationText
{
    /// <summary>What is said of anything else.</summary>
    public const string Expected = "Expected a duration: a number of seconds, or a string such as \"250ms\", \"1h30m\", \"2d\" or \"PT30S\".";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("us", TimeSpan.FromMicroseconds(1)),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        return text.Length is > 0 and <= 64
            && (text[0] == 'P' ? TryParseIso(text, out duration) : TryParseUnits(text, out duration));
    }

    /// <summary>A number of seconds; false when it is negative, not a number or beyond the longest duration.</summary>
    public static bool TryFromSeconds(double seconds, out TimeSpan duration)
    {
        var isWithin = seconds >= 0 && seconds <= Longest.TotalSeconds;
        duration = isWithin ? TimeSpan.FromSeconds(seconds) : default;
        return isWithin;
    }

    /// <summary>The largest units first, none of them zero: <c>1h30m</c>, <c>250ms</c>, <c>0s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        var text = new StringBuilder();
        foreach (var (unit, length) in Units)
        {
            var count = duration.Ticks / length.Ticks;
            if (count == 0)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            duration -= count * length;
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }

    private static bool TryParseUnits(string text, out TimeSpan duration)
    {
        // The units must come in falling order, each at most once: "1m1h" and "1s2s" are slips of the pen.
        duration = default;
        var rest = text.AsSpan();
        var next = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
                return false;
            rest = rest[digits..];

            var letters = rest.IndexOfAny("0123456789.");
            var unit = letters < 0 ? rest : rest[..letters];
            while (next < Units.Length && !unit.SequenceEqual(Units[next].Unit))
                next++;
            if (next == Units.Length || count * Units[next].Length.TotalSeconds + duration.TotalSeconds > Longest.TotalSeconds)
                return false;

            duration += count * Units[next].Length;
            rest = rest[unit.Length..];
            next++;
        }

        return true;
    }

    private static bool TryParseIso(string text, out TimeSpan duration)
    {
        duration = default;
        if (text[^1] == 'W' && int.TryParse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var weeks))
        {
            duration = TimeSpan.FromDays(7L * weeks > Longest.TotalDays ? 0 : 7 * weeks);
            return 7L * weeks <= Longest.TotalDays;
        }

        // Years and months have no fixed length.
        var date = text.IndexOf('T', StringComparison.Ordinal) is var t && t < 0 ? text : text[..t];
        if (date.AsSpan().IndexOfAny('Y', 'M') >= 0)
            return false;
        try
        {
            duration = XmlConvert.ToTimeSpan(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }

        return duration >= TimeSpan.Zero && duration <= Longest;
    }
}
