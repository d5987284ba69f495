using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using JobService.Core.Jobs.Json;

namespace JobService.Core.Tests.Jobs;

public sealed class JsonNumberTests
{
    [Theory]
    [InlineData("0.1", "0.10", 0)]
    [InlineData("1", "1.0", 0)]
    [InlineData("100", "1e2", 0)]
    [InlineData("1E+2", "1e2", 0)]
    [InlineData("-0", "0", 0)]
    [InlineData("0e5", "0.000", 0)]
    [InlineData("1e400", "1", 1)]
    [InlineData("1e400", "1e401", -1)]
    [InlineData("-1e400", "1", -1)]
    [InlineData("9007199254740993", "9007199254740992", 1)]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567891", -1)]
    [InlineData("0.1", "0.1000000000000000000000000000001", -1)]
    [InlineData("1e-400", "0", 1)]
    [InlineData("-2", "-1", -1)]
    [InlineData("10", "9", 1)]
    [InlineData("12.5", "1.25e1", 0)]
    [InlineData("1e99999999999999999999999", "1", 1)]
    [InlineData("1e-99999999999999999999999", "1", -1)]
    public void Numbers_compare_by_their_exact_value(string left, string right, int order)
    {
        Assert.Equal(order, Compare(left, right));
        Assert.Equal(-order, Compare(right, left));
        Assert.Equal(order == 0, string.Equals(Canonical(left), Canonical(right), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("1.0", true)]
    [InlineData("1.5e1", true)]
    [InlineData("1.55e1", false)]
    [InlineData("1e400", true)]
    [InlineData("1e-1", false)]
    [InlineData("0.0", true)]
    public void A_number_is_whole_by_its_value(string text, bool isWhole) => Assert.Equal(isWhole, JsonNumber.Read(Encoding.ASCII.GetBytes(text)).IsWhole);

    [Fact]
    public void It_does_as_whole_numbers_without_bounds_do() => Gen.Select(Number, Number).Sample((left, right) =>
    {
        // Both as so many thousandths of thousandths: far more digits than either has.
        Assert.Equal(Scaled(left).CompareTo(Scaled(right)), Math.Sign(Compare(left, right)));
        Assert.Equal(Scaled(left) == Scaled(right), string.Equals(Canonical(left), Canonical(right), StringComparison.Ordinal));
        Assert.Equal(Scaled(left) % Scaled("1") == 0, JsonNumber.Read(Encoding.ASCII.GetBytes(left)).IsWhole);
        if (JsonNumber.Read(Encoding.ASCII.GetBytes(right)).Parts(Encoding.ASCII.GetBytes(right)) is ( > 0, _) parts)
            Assert.Equal(Scaled(left) % Scaled(right) == 0, JsonNumber.Read(Encoding.ASCII.GetBytes(left)).IsMultipleOf(Encoding.ASCII.GetBytes(left), parts.Digits, parts.Exponent));
    });

    private static readonly Gen<string> Number =
        from sign in Gen.OneOfConst("", "-")
        from whole in Gen.OneOf(Gen.Const("0"), Gen.ULong.Select(value => value.ToString(CultureInfo.InvariantCulture)), Gen.UShort.Select(value => value.ToString(CultureInfo.InvariantCulture)))
        from fraction in Gen.OneOf(Gen.Const(""), Gen.Char["0123456789"].Array[1, 6].Select(digits => "." + new string(digits)))
        from exponent in Gen.OneOf(Gen.Const(""), Gen.Int[-9, 9].Select(value => "e" + value.ToString(CultureInfo.InvariantCulture)))
        select sign + whole + fraction + exponent;

    private static BigInteger Scaled(string text)
    {
        var (mantissa, exponent) = text.Split('e') is [var m, var e] ? (m, int.Parse(e, CultureInfo.InvariantCulture)) : (text, 0);
        var fraction = mantissa.Split('.') is [_, var f] ? f.Length : 0;
        return BigInteger.Parse(mantissa.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * BigInteger.Pow(10, 30 + exponent - fraction);
    }

    private static int Compare(string left, string right)
    {
        var (l, r) = (Encoding.ASCII.GetBytes(left), Encoding.ASCII.GetBytes(right));
        return Math.Sign(JsonNumber.Compare(JsonNumber.Read(l), l, JsonNumber.Read(r), r));
    }

    private static string Canonical(string text) => JsonNumber.Read(Encoding.ASCII.GetBytes(text)).ToCanonical(Encoding.ASCII.GetBytes(text));
}
