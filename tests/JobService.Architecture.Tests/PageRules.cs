using System.Text.RegularExpressions;

namespace JobService.Architecture.Tests;

/// <summary>How pages keep up with what they are about. Each rule returns what breaks it.</summary>
internal static partial class PageRules
{
    /// <summary>A link within the repository leads to something.</summary>
    public static IEnumerable<string> BrokenLinks(IEnumerable<SourceFile> pages, string root) =>
        from page in pages
        from Match link in Link().Matches(page.Text)
        let target = link.Groups["target"].Value
        where !target.Contains("://", StringComparison.Ordinal)
        where !Path.Exists(Path.Combine(root, Path.GetDirectoryName(page.Path)!, target))
        select $"{page.Path}: {target}";

    /// <summary>Everything that has a name is on the page about it, as code.</summary>
    public static IEnumerable<string> Missing(SourceFile page, IEnumerable<string> names) =>
        names.Where(name => !Regex.IsMatch(page.Text, $"`[^`]*(?<![A-Za-z]){Regex.Escape(name)}(?![A-Za-z])[^`]*`|## {Regex.Escape(name)}\n", RegexOptions.None, TimeSpan.FromSeconds(1)));

    /// <summary>The names of errors that sources give attempts, in C# and in SQL.</summary>
    public static IEnumerable<string> ErrorTypes(IEnumerable<SourceFile> files) => files
        .SelectMany(file => (file.Path.EndsWith(".sql", StringComparison.Ordinal) ? ErrorInSql() : ErrorInCode()).Matches(file.Text))
        .Select(match => match.Groups["type"].Value)
        .Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"(\b(AttemptError|JobFailureException|Fail|FailForGood|new)\(\s*|\bconst string (Unnamed|\w*Error) = )""(?<type>[a-z]+\.[a-z-]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ErrorInCode();

    [GeneratedRegex(@"'(?<type>(?!jobservice)[a-z]+\.[a-z-]+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ErrorInSql();

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
