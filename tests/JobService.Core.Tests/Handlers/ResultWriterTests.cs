using System.Text;
using System.Text.Json;
using CsCheck;
using JobService.Core.Handlers;

namespace JobService.Core.Tests.Handlers;

public sealed class ResultWriterTests
{
    [Fact]
    public void A_result_is_written_by_the_web_defaults() =>
        Assert.Equal("""{"fullName":"Ada"}""", Encoding.UTF8.GetString(ResultWriter.Write(new { FullName = "Ada" }, 1_000)!.Value.Span));

    [Fact]
    public void No_result_is_none() => Assert.Null(ResultWriter.Write(null, 1_000));

    [Fact]
    public void What_cannot_be_written_fails_for_good()
    {
        var circle = new Node();
        circle.Next = circle;

        Assert.All(new object[] { circle, new Throwing(), double.NaN, typeof(string), new MemoryStream(), new Action(() => { }) }, result => AssertInvalid(result));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("nonsense")]
    [InlineData("1 2")]
    [InlineData("{\"a\":")]
    [InlineData("\"\0\"")]
    [InlineData("\ufeff1")]
    public void Raw_text_that_is_not_JSON_fails_for_good(string json) => AssertInvalid(new RawResult(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData(new byte[] { (byte)'"', 0xff, (byte)'"' })]
    [InlineData(new byte[] { (byte)'"', 0xc3, (byte)'"' })]
    [InlineData(new byte[] { (byte)'"', 0xed, 0xa0, 0x80, (byte)'"' })]
    [InlineData(new byte[] { (byte)'"', 0xc0, 0x80, (byte)'"' })]
    public void Raw_bytes_that_are_not_UTF_8_fail_for_good(byte[] json) => AssertInvalid(new RawResult(json));

    [Fact]
    public void A_result_of_the_largest_size_passes_and_one_byte_more_does_not()
    {
        Assert.Equal(4, ResultWriter.Write(new RawResult("\"ab\""u8.ToArray()), 4)!.Value.Length);
        Assert.Equal("result.too-large", Assert.Throws<JobFailureException>(() => ResultWriter.Write(new RawResult("\"abc\""u8.ToArray()), 4)).Type);
    }

    [Theory]
    [InlineData("""["\u0000"]""", """["\ufffd"]""")]
    [InlineData("""{"\u0000":"\\u0000"}""", """{"\ufffd":"\\u0000"}""")]
    [InlineData("""["\\\u0000"]""", """["\\\ufffd"]""")]
    [InlineData("""["\uD83D\uDE00","\ud83d","\ude00\ud83d","\ud83dx","\ud83d\n"]""", """["\uD83D\uDE00","\ufffd","\ufffd\ufffd","\ufffdx","\ufffd\n"]""")]
    [InlineData("""["\ud83d\ud83d\ude00"]""", """["\ufffd\ud83d\ude00"]""")]
    public void Escapes_that_no_text_can_hold_are_replaced_and_nothing_else(string json, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(ResultWriter.Write(new RawResult(Encoding.UTF8.GetBytes(json)), 1_000)!.Value.Span));

    [Fact]
    public void Whatever_a_string_holds_its_result_can_be_read_and_holds_no_NUL() => Gen.OneOf(
        Gen.OneOfConst('\0', '\ud83d', '\ude00', '\\', '"', 'u', '0'), Gen.Char).Array[0, 20].Sample(characters =>
        {
            var written = ResultWriter.Write(new string(characters), 10_000)!.Value;
            var read = JsonSerializer.Deserialize<string>(written.Span)!;
            return !read.Contains('\0') && new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(read).Length >= 0;
        });

    private static void AssertInvalid(object result)
    {
        var refused = Assert.Throws<JobFailureException>(() => ResultWriter.Write(result, 1_000));
        Assert.Equal(("result.invalid", false), (refused.Type, refused.IsRetryable));
    }

    private sealed class Node
    {
        public Node? Next { get; set; }
    }

    private sealed class Throwing
    {
        public string Value => throw new TimeoutException("not now");
    }
}
