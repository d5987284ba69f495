using System.Collections.Frozen;
using System.Text;

namespace JobService.Core.Routing;

/// <summary>
/// A pattern in which <c>*</c> stands for any characters or none and <c>?</c> for one; a character is a code point of Unicode. All places of the pattern that a text may have come to are followed at once, as the bits of one number,
/// so that each character of a text is one step, whatever the pattern.
/// </summary>
internal sealed class Glob
{
    /// <summary>How long a pattern may be, in code units of UTF-16.</summary>
    public const int MaxLength = 256;

    /// <summary>How many code units one with wildcards may have beside its stars: there is a bit for each place.</summary>
    public const int MaxPlaces = 127;

    private readonly string pattern;
    private readonly bool isLiteral;
    private readonly FrozenDictionary<Rune, UInt128> places = FrozenDictionary<Rune, UInt128>.Empty;
    private readonly UInt128 anyCharacter;
    private readonly UInt128 stars;
    private readonly int last;

    /// <param name="pattern">One that <see cref="IsOne"/>.</param>
    public Glob(string pattern)
    {
        this.pattern = pattern;
        isLiteral = pattern.AsSpan().IndexOfAny('*', '?') < 0;
        if (isLiteral)
            return;

        var found = new Dictionary<Rune, UInt128>();
        foreach (var c in pattern.EnumerateRunes())
        {
            if (c.Value == '*')
                stars |= UInt128.One << last;
            else if (c.Value == '?')
                anyCharacter |= UInt128.One << last++;
            else
                found[c] = found.GetValueOrDefault(c) | UInt128.One << last++;
        }

        places = found.ToFrozenDictionary();
    }

    public static bool IsOne(string pattern) =>
        pattern.Length is > 0 and <= MaxLength && (pattern.AsSpan().IndexOfAny('*', '?') < 0 || pattern.Length - pattern.AsSpan().Count('*') <= MaxPlaces);

    public bool Matches(ReadOnlySpan<char> text)
    {
        if (isLiteral)
            return text.SequenceEqual(pattern);

        // Bit i: the pattern up to its i-th character that is no star may be what was read so far.
        var reached = UInt128.One;
        foreach (var c in text.EnumerateRunes())
        {
            var fits = anyCharacter | (places.TryGetValue(c, out var own) ? own : default);
            reached = (reached & fits) << 1 | reached & stars;
            if (reached == default)
                return false;
        }

        return (reached >> last & UInt128.One) != default;
    }

    public override string ToString() => pattern;
}
