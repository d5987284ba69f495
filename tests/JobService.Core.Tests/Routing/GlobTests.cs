using CsCheck;
using JobService.Core.Routing;

namespace JobService.Core.Tests.Routing;

public sealed class GlobTests
{
    [Theory]
    [InlineData("email.send", "email.send", true)]
    [InlineData("email.send", "email.sent", false)]
    [InlineData("email.*", "email.send", true)]
    [InlineData("email.*", "email.", true)]
    [InlineData("email.*", "email", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("?", "a", true)]
    [InlineData("?", "", false)]
    [InlineData("?", "ab", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("*.send", "email.send", true)]
    [InlineData("*.send", "email.send.now", false)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "a-c-b", false)]
    [InlineData("a**c", "ac", true)]
    [InlineData("a*?", "a", false)]
    [InlineData("[a]", "a", false)]
    [InlineData(@"\*", "*", false)]
    [InlineData("E*", "email", false)]
    [InlineData("?", "😀", true)]
    [InlineData("??", "😀", false)]
    [InlineData("a?c*", "a😀c😁", true)]
    [InlineData("*😀", "😁😀", true)]
    [InlineData("*😀", "😁", false)]
    public void Star_is_any_characters_and_question_mark_is_one(string pattern, string text, bool matches) =>
        Assert.Equal(matches, new Glob(pattern).Matches(text));

    [Fact]
    public void It_matches_as_a_reading_by_the_word_does() =>
        Gen.Select(Gen.OneOfConst("a", "😀", "*", "?").Array[1, 10], Gen.OneOfConst("a", "😀", "😁").Array[0, 12]).Sample((pattern, text) =>
            Assert.Equal(ByTheWord(pattern, text), new Glob(string.Concat(pattern)).Matches(string.Concat(text))));

    [Fact]
    public void Each_character_is_one_step_whatever_the_pattern()
    {
        // A matcher that tries one way after the other takes more steps here than there are atoms.
        var text = new string('a', 100_000);

        Assert.False(new Glob("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b").Matches(text));
        Assert.False(new Glob(string.Concat(Enumerable.Repeat("*a", 100)) + "*b").Matches(text));
        Assert.False(new Glob("*" + new string('?', 100) + "b").Matches(text));
        Assert.True(new Glob(string.Concat(Enumerable.Repeat("*a", 120)) + "*").Matches(text));
    }

    [Theory]
    [InlineData(1, 127, true)]
    [InlineData(1, 128, false)]
    [InlineData(0, 256, true)]
    [InlineData(0, 257, false)]
    [InlineData(129, 127, true)]
    [InlineData(130, 127, false)]
    [InlineData(0, 0, false)]
    public void A_pattern_has_its_bounds(int stars, int letters, bool isOne)
    {
        var pattern = new string('*', stars) + new string('a', letters);

        Assert.Equal(isOne, Glob.IsOne(pattern));
        if (isOne)
            Assert.True(new Glob(pattern).Matches(new string('a', letters)));
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(255)]
    public void One_that_is_no_rule_s_has_any_number_of_places(int places)
    {
        var glob = new Glob(new string('?', places - 1) + "b*");

        Assert.True(glob.Matches(new string('a', places - 1) + "b"));
        Assert.True(glob.Matches(new string('a', places - 1) + "bc"));
        Assert.False(glob.Matches(new string('a', places) + "b"));
        Assert.False(glob.Matches(new string('a', places - 2) + "b"));
    }

    private static bool ByTheWord(string[] pattern, string[] text) => (pattern, text) switch
    {
        ([], []) => true,
        (["*", .. var rest], _) => ByTheWord(rest, text) || (text.Length > 0 && ByTheWord(pattern, text[1..])),
        ([var p, .. var rest], [var c, .. var left]) => (p is "?" || string.Equals(p, c, StringComparison.Ordinal)) && ByTheWord(rest, left),
        _ => false,
    };
}
