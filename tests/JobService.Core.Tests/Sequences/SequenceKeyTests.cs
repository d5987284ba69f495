using System.Text.Json;
using System.Text.RegularExpressions;
using JobService.Core.Sequences;

namespace JobService.Core.Tests.Sequences;

public sealed class SequenceKeyTests
{
    public static TheoryData<string> Texts =>
    [
        "", "a", "A-1", "order-42", "tenant:42/x", "tenant:42@eu.west_1", "-a", ":a", ".", "a b", "a\n", "ä", "a\0", "9", new string('a', 255), new string('a', 256),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_key_is_what_its_expression_says(string text)
    {
        Assert.Equal(Regex.IsMatch(text, SequenceKey.Expression, RegexOptions.ECMAScript, TimeSpan.FromSeconds(1)) && !text.EndsWith('\n'), SequenceKey.TryParse(text, out var key));
        if (key != default)
            Assert.Equal(text, key.Text);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_beginning_is_a_key_or_nothing(string text) => Assert.Equal(text.Length == 0 || SequenceKey.TryParse(text, out _), SequenceKey.IsBeginning(text));

    [Fact]
    public void A_key_is_written_as_its_text() =>
        Assert.Equal("\"order-42\"", JsonSerializer.Serialize(JsonSerializer.Deserialize<SequenceKey>("\"order-42\"")));
}
