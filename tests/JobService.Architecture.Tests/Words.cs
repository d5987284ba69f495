using System.Text.RegularExpressions;

namespace JobService.Architecture.Tests;

/// <summary>Words that no name has, since they say nothing.</summary>
internal static partial class Words
{
    public static bool SayNothing(string name) => Banned().IsMatch(name);

    [GeneratedRegex("(Manager|Helper|Util|Common|Info|Data|Impl)(s(?![a-z])|(?![a-z]))", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Banned();
}
