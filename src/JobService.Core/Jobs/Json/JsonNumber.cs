namespace JobService.Core.Jobs.Json;

/// <summary>
/// A number of JSON as it is written, compared by its exact value: <c>0.1</c> is <c>0.10</c>, <c>1e400</c> is more than <c>1</c>, and no digit of a large one is lost. It keeps
/// where its digits stand, not the digits; exponents beyond ±10^18 count as that.
/// </summary>
internal readonly struct JsonNumber
{
    private const long MaxExponent = 1_000_000_000_000_000_000;

    private readonly int first;
    private readonly int end;
    private readonly bool isNegative;

    /// <summary>The value is 0.ddd… · 10^magnitude, d being the digits from the first that isn't zero on.</summary>
    private readonly long magnitude;

    /// <summary>How many digits there are from the first to the last that isn't zero.</summary>
    private readonly int digits;

    private JsonNumber(int first, int end, int digits, bool isNegative, long magnitude) =>
        (this.first, this.end, this.digits, this.isNegative, this.magnitude) = (first, end, digits, isNegative, magnitude);

    /// <summary>Whether it has no fraction: <c>1.0</c> and <c>1e2</c> have none.</summary>
    public bool IsWhole => digits == 0 || magnitude >= digits;

    private int Sign => digits == 0 ? 0 : isNegative ? -1 : 1;

    /// <param name="text">A number as JSON writes it; nothing else.</param>
    public static JsonNumber Read(ReadOnlySpan<byte> text)
    {
        var isBelowZero = text[0] == '-';
        var mantissa = text.IndexOfAny((byte)'e', (byte)'E') is var e && e < 0 ? text.Length : e;
        var exponent = e < 0 ? 0 : ReadExponent(text[(e + 1)..]);

        // Counted in digits, so that the point takes no place.
        var (whole, count, firstCount, lastCount, begin, behind) = (-1, 0, -1, -1, 0, 0);
        for (var at = isBelowZero ? 1 : 0; at < mantissa; at++)
        {
            if (text[at] == '.')
            {
                whole = count;
                continue;
            }

            if (text[at] != '0')
            {
                if (firstCount < 0)
                    (firstCount, begin) = (count, at);
                (lastCount, behind) = (count, at + 1);
            }

            count++;
        }

        return firstCount < 0
            ? default
            : new JsonNumber(begin, behind, lastCount - firstCount + 1, isBelowZero, (whole < 0 ? count : whole) - firstCount + exponent);
    }

    /// <summary>Below zero where the first is the smaller one, above where it is the larger one.</summary>
    /// <param name="left">The first.</param>
    /// <param name="leftText">The text it was read from.</param>
    /// <param name="right">The second.</param>
    /// <param name="rightText">The text that was read from.</param>
    public static int Compare(JsonNumber left, ReadOnlySpan<byte> leftText, JsonNumber right, ReadOnlySpan<byte> rightText)
    {
        if (left.Sign != right.Sign || left.Sign == 0)
            return left.Sign.CompareTo(right.Sign);
        var larger = left.magnitude != right.magnitude
            ? left.magnitude.CompareTo(right.magnitude)
            : CompareDigits(leftText[left.first..left.end], rightText[right.first..right.end]);
        return left.isNegative ? -larger : larger;
    }

    /// <summary>Whether it is a whole multiple of another, by digits: no division of one long number by another.</summary>
    /// <param name="text">The text it was read from.</param>
    /// <param name="divisor">The digits of the other, which does not end in zero.</param>
    /// <param name="divisorExponent">The power of ten that those stand before.</param>
    public bool IsMultipleOf(ReadOnlySpan<byte> text, ulong divisor, long divisorExponent)
    {
        if (digits == 0)
            return true;

        // The digits are a whole number that does not end in zero either: with fewer powers of ten than the divisor it can't be a multiple.
        var left = magnitude - digits - divisorExponent;
        if (left < 0)
            return false;
        UInt128 rest = 0;
        foreach (var digit in text[first..end])
        {
            if (digit != '.')
                rest = (rest * 10 + (uint)(digit - '0')) % divisor;
        }

        for (UInt128 power = 10 % divisor; left > 0 && rest != 0; left >>= 1, power = power * power % divisor)
        {
            if ((left & 1) == 1)
                rest = rest * power % divisor;
        }

        return rest == 0;
    }

    /// <summary>Its digits without sign, point and outer zeros, and the power of ten they stand before; null where they are more than fit.</summary>
    public (ulong Digits, long Exponent)? Parts(ReadOnlySpan<byte> text)
    {
        const int most = 18;
        if (digits > most)
            return null;
        ulong value = 0;
        foreach (var digit in text[first..end])
        {
            if (digit != '.')
                value = value * 10 + (uint)(digit - '0');
        }

        return (value, magnitude - digits);
    }

    /// <summary>Equal numbers, equal texts.</summary>
    public string ToCanonical(ReadOnlySpan<byte> text) =>
        digits == 0 ? "0" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(isNegative ? "-" : "")}{System.Text.Encoding.ASCII.GetString(text[first..end]).Replace(".", "", StringComparison.Ordinal)}e{magnitude}");

    private static int CompareDigits(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (int i = 0, j = 0; ; i++, j++)
        {
            if (i < left.Length && left[i] == '.')
                i++;
            if (j < right.Length && right[j] == '.')
                j++;
            if (i >= left.Length || j >= right.Length)
                return (i < left.Length).CompareTo(j < right.Length);
            if (left[i] != right[j])
                return left[i].CompareTo(right[j]);
        }
    }

    private static long ReadExponent(ReadOnlySpan<byte> text)
    {
        var isBelowOne = text[0] == '-';
        long exponent = 0;
        foreach (var digit in text[0] is (byte)'-' or (byte)'+' ? text[1..] : text)
            exponent = exponent >= MaxExponent / 10 ? MaxExponent : exponent * 10 + (digit - '0');
        return isBelowOne ? -exponent : exponent;
    }
}
