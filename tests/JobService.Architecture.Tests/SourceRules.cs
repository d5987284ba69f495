using System.Text.RegularExpressions;

namespace JobService.Architecture.Tests;

/// <summary>How sources are written. Each rule takes the files it looks at and returns what breaks it.</summary>
internal static partial class SourceRules
{
    private static readonly string[] BannedWords = ["Manager", "Helper", "Util", "Common", "Info", "Data", "Impl"];

    /// <summary>No SQL in <c>.cs</c>: statements live in files of their own.</summary>
    public static IEnumerable<string> NoSql(IEnumerable<SourceFile> files) =>
        from file in files
        from Match match in Sql().Matches(file.Text)
        select $"{file.Path}: {match.Value}";

    /// <summary>One top-level type a file, named as the file; a generic twin is told apart by <c>Of…</c>, a part by a suffix after a dot.</summary>
    public static IEnumerable<string> OneTypeAFile(IEnumerable<SourceFile> files) =>
        from file in files
        let name = Path.GetFileNameWithoutExtension(file.Path).Split('.')[0]
        where !string.Equals(name, "Program", StringComparison.Ordinal)
        let types = TopLevelType().Matches(file.Text).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).ToArray()
        where types is not [var only] || !(string.Equals(only, name, StringComparison.Ordinal) || name.StartsWith(only + "Of", StringComparison.Ordinal))
        select $"{file.Path}: {string.Join(", ", types)}";

    /// <summary>The namespace is the folder.</summary>
    public static IEnumerable<string> NamespaceIsFolder(IEnumerable<SourceFile> files) =>
        from file in files
        where !file.Path.EndsWith("Program.cs", StringComparison.Ordinal)
        let folder = Path.GetDirectoryName(file.Path)!.Split('/')[1..]
        let expected = string.Join('.', folder)
        let actual = Namespace().Match(file.Text).Groups["name"].Value
        where !string.Equals(expected, actual, StringComparison.Ordinal)
        select $"{file.Path}: {actual}";

    /// <summary>Names that say nothing.</summary>
    public static IEnumerable<string> NoEmptyWords(IEnumerable<SourceFile> files) =>
        from file in files
        let name = Path.GetFileNameWithoutExtension(file.Path).Split('.')[0]
        where BannedWords.Any(word => Regex.IsMatch(name, $"{word}(?![a-z])", RegexOptions.None, TimeSpan.FromSeconds(1)))
        select file.Path;

    /// <summary>A <c>Program.cs</c> is the first file anyone opens.</summary>
    public static IEnumerable<string> ShortPrograms(IEnumerable<SourceFile> files, int maxLines) =>
        from file in files
        where file.Path.EndsWith("Program.cs", StringComparison.Ordinal)
        let lines = file.Text.Split('\n').Length
        where lines > maxLines
        select $"{file.Path}: {lines} lines";

    /// <summary>Every statement is used, by its name.</summary>
    public static IEnumerable<string> UnusedSql(IEnumerable<string> statements, IEnumerable<SourceFile> files)
    {
        var text = string.Concat(files.Select(file => file.Text));
        return statements.Where(name => !text.Contains($"\"{name}\"", StringComparison.Ordinal));
    }

    [GeneratedRegex("\"\\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH \\w+ AS|CREATE|ALTER|DROP|LISTEN|NOTIFY)\\b[^\"]{0,60}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sql();

    [GeneratedRegex(@"^(?:\[[^\n]*\]\s*)?(?:public |internal |file |private protected )?(?:static |abstract |sealed |readonly |partial |unsafe )*(?:class|interface|enum|record struct|record|struct|delegate [\w<>?]+) (?<name>\w+)", RegexOptions.Multiline, 1000)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline, 1000)]
    private static partial Regex Namespace();
}
