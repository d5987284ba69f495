using System.Globalization;
using System.Text;

namespace JobService.Core.Jobs.Json;

/// <summary>
/// Finds what JSON can write but PostgreSQL or UTF-8 can't hold: <c>\u0000</c> and surrogates that have lost their other half.
/// A backslash stands only in strings and an escape is two or six bytes long, so no tokens are needed, and a text without backslashes costs one search.
/// </summary>
public static class JsonEscapes
{
    private const int Length = 6;

    /// <summary>The first such escape and what is wrong with it; null when there is none. What isn't an escape at all is left for the parser to refuse.</summary>
    public static (int Offset, string Detail)? FindUnstorable(ReadOnlySpan<byte> json)
    {
        for (var at = 0; ;)
        {
            var next = json[at..].IndexOf((byte)'\\');
            if (next < 0)
                return null;

            at += next;
            if (!TryReadUnit(json[at..], out var unit))
            {
                at = Math.Min(at + 2, json.Length);
                continue;
            }

            if (unit == '\0')
                return (at, "The NUL character can't be stored; leave it out.");
            if (char.IsLowSurrogate(unit) || char.IsHighSurrogate(unit) && !(TryReadUnit(json[(at + Length)..], out var low) && char.IsLowSurrogate(low)))
                return (at, "A surrogate stands alone here; write both halves of the character, or the character itself.");

            at += char.IsHighSurrogate(unit) ? 2 * Length : Length;
        }
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> json, out char unit)
    {
        unit = default;
        if (json.Length < Length || json[0] != '\\' || json[1] != 'u')
            return false;

        Span<char> digits = stackalloc char[4];
        if (!ushort.TryParse(digits[..Encoding.ASCII.GetChars(json[2..Length], digits)], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;

        unit = (char)value;
        return true;
    }
}
