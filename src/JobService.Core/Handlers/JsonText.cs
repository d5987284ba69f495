using System.Globalization;
using System.Text;

namespace JobService.Core.Handlers;

/// <summary>Repairs the text of JSON without reading it as values.</summary>
internal static class JsonText
{
    private const string Replacement = "\\ufffd";
    private const int EscapeLength = 6;

    /// <summary>Replaces each escape of a NUL or of a lone surrogate with U+FFFD; every other byte stays.</summary>
    public static ReadOnlyMemory<byte> ReplaceUnstorable(ReadOnlyMemory<byte> utf8Json)
    {
        var text = Encoding.UTF8.GetString(utf8Json.Span);
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            if (text[i] != '\\')
            {
                clean.Append(text[i++]);
                continue;
            }

            if (CodeUnit(text, i) is not { } unit)
            {
                // Another escape: two characters, of which the second may be a backslash.
                clean.Append(text, i, Math.Min(2, text.Length - i));
                i += 2;
                continue;
            }

            var isPair = char.IsHighSurrogate(unit) && CodeUnit(text, i + EscapeLength) is { } low && char.IsLowSurrogate(low);
            var length = isPair ? 2 * EscapeLength : EscapeLength;
            if (isPair || (unit != '\0' && !char.IsSurrogate(unit)))
                clean.Append(text, i, length);
            else
                clean.Append(Replacement);
            i += length;
        }

        return Encoding.UTF8.GetBytes(clean.ToString());
    }

    private static char? CodeUnit(string text, int at) =>
        at + EscapeLength <= text.Length && text[at] == '\\' && text[at + 1] == 'u'
        && ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
