using System.Globalization;

namespace JobService.Core.Timeouts;

/// <summary>
/// Times as RFC 3339 writes them, and nothing else that looks like one: date, <c>T</c>, time with seconds, and an offset – a time without one
/// means another instant to each reader. Finer fractions than .NET's 100 ns are cut.
/// </summary>
public static class Rfc3339
{
    /// <summary>What is said of anything else.</summary>
    public const string Expected = "Expected a time as RFC 3339 writes it, with an offset, such as 2026-12-01T08:00:00+01:00.";

    // Times that every calendar, driver and language still agree on.
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(9001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const string Pattern = "dddd-dd-ddTdd:dd:dd";

    /// <summary>An instant from 1970 to 9000, in UTC.</summary>
    /// <param name="text">As its author writes it.</param>
    /// <param name="fault">What is wrong with it; empty where it is all right.</param>
    /// <returns>Null where something is.</returns>
    public static DateTimeOffset? Read(string text, out string fault)
    {
        fault = "";
        if (!TryParse(text, out var instant))
            fault = Expected;
        else if (instant < Earliest || instant >= Latest)
            fault = "Expected a time from 1970 to 9000.";
        else
            return instant;
        return null;
    }

    /// <summary>Reads the instant, in UTC.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length <= Pattern.Length || !IsLike(text[..Pattern.Length], Pattern))
            return false;

        var (year, month, day) = (Number(text[..4]), Number(text[5..7]), Number(text[8..10]));
        var (hour, minute, second) = (Number(text[11..13]), Number(text[14..16]), Number(text[17..19]));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;

        if (!TryReadFraction(text[Pattern.Length..], out var fraction, out var rest) || !TryReadOffset(rest, out var offset))
            return false;

        var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + fraction - offset.Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            return false;

        instant = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryReadFraction(ReadOnlySpan<char> text, out long ticks, out ReadOnlySpan<char> rest)
    {
        ticks = 0;
        rest = text;
        if (text[0] != '.')
            return true;

        var digits = text[1..].IndexOfAnyExceptInRange('0', '9');
        if (digits < 1)
            return false;

        var unit = TimeSpan.TicksPerSecond;
        foreach (var digit in text.Slice(1, digits))
            ticks += (digit - '0') * (unit /= 10);
        rest = text[(1 + digits)..];
        return true;
    }

    private static bool TryReadOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text is "Z" or "z")
            return true;
        if (text.Length != 6 || text[0] is not ('+' or '-') || !IsLike(text[1..], "dd:dd"))
            return false;

        var (hours, minutes) = (Number(text[1..3]), Number(text[4..6]));
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return hours <= 23 && minutes <= 59;
    }

    private static bool IsLike(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            var isLike = pattern[i] == 'd' ? char.IsAsciiDigit(text[i]) : char.ToUpperInvariant(text[i]) == pattern[i];
            if (!isLike)
                return false;
        }

        return text.Length == pattern.Length;
    }

    private static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
