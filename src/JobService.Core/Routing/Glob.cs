using System.Text;

namespace JobService.Core.Routing;

/// <summary>
/// A pattern in which <c>*</c> stands for any characters or none and <c>?</c> for one; a character is a code point of Unicode, and all others stand for themselves. All places of the
/// pattern that a text may have come to are followed at once, as bits, so that each character of a text is one step, whatever the pattern.
/// </summary>
internal sealed class Glob : IEquatable<Glob>
{
    /// <summary>How long one of a rule may be, in code units of UTF-16.</summary>
    public const int MaxLength = 256;

    /// <summary>How many code units one of a rule may have with wildcards beside its stars.</summary>
    public const int MaxPlaces = 127;

    private const int WordBits = 64;

    private readonly string pattern;
    private readonly bool isLiteral;

    /// <summary>By character the places that it leads on from, beside <see cref="anyCharacter"/>.</summary>
    private readonly Dictionary<Rune, ulong[]> places = [];
    private readonly ulong[] anyCharacter = [];
    private readonly ulong[] stars = [];
    private readonly int last;

    public Glob(string pattern)
    {
        this.pattern = pattern;
        isLiteral = pattern.AsSpan().IndexOfAny('*', '?') < 0;
        if (isLiteral)
            return;

        var words = (pattern.Length - pattern.AsSpan().Count('*')) / WordBits + 1;
        (anyCharacter, stars) = (new ulong[words], new ulong[words]);
        foreach (var c in pattern.EnumerateRunes())
        {
            if (c.Value == '*')
                Set(stars, last);
            else if (c.Value == '?')
                Set(anyCharacter, last++);
            else if (places.TryGetValue(c, out var found))
                Set(found, last++);
            else
                Set(places[c] = new ulong[words], last++);
        }
    }

    /// <summary>Whether a rule may have it.</summary>
    public static bool IsOne(string pattern) =>
        pattern.Length is > 0 and <= MaxLength && (pattern.AsSpan().IndexOfAny('*', '?') < 0 || pattern.Length - pattern.AsSpan().Count('*') <= MaxPlaces);

    public bool Matches(ReadOnlySpan<char> text)
    {
        if (isLiteral)
            return text.SequenceEqual(pattern);

        // Bit i: the pattern up to its i-th character that is no star may be what was read so far.
        Span<ulong> reached = stars.Length <= 8 ? stackalloc ulong[stars.Length] : new ulong[stars.Length];
        reached.Clear();
        reached[0] = 1;
        foreach (var c in text.EnumerateRunes())
        {
            places.TryGetValue(c, out var own);
            var (carry, left) = (0UL, 0UL);
            for (var i = 0; i < reached.Length; i++)
            {
                var moved = reached[i] & (own is null ? anyCharacter[i] : anyCharacter[i] | own[i]);
                reached[i] = moved << 1 | carry | reached[i] & stars[i];
                carry = moved >> (WordBits - 1);
                left |= reached[i];
            }

            if (left == 0)
                return false;
        }

        return (reached[last / WordBits] >> last % WordBits & 1) != 0;
    }

    public bool Equals(Glob? other) => string.Equals(pattern, other?.pattern, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as Glob);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(pattern);

    public override string ToString() => pattern;

    private static void Set(ulong[] bits, int place) => bits[place / WordBits] |= 1UL << place % WordBits;
}
