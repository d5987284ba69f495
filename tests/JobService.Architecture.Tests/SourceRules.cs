using System.Text.RegularExpressions;

namespace JobService.Architecture.Tests;

/// <summary>How sources are written. Each rule takes the files it looks at and returns what breaks it.</summary>
internal static partial class SourceRules
{
    /// <summary>No SQL in <c>.cs</c>: statements live in files of their own.</summary>
    public static IEnumerable<string> NoSql(IEnumerable<SourceFile> files) =>
        from file in files
        from match in Sql().Matches(file.Text).Concat(QuietSql().Matches(file.Text))
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

    /// <summary>File names that say nothing.</summary>
    public static IEnumerable<string> NoEmptyWords(IEnumerable<SourceFile> files) =>
        from file in files
        where Words.SayNothing(Path.GetFileNameWithoutExtension(file.Path).Split('.')[0])
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

    /// <summary>A string that begins with a statement's verb in capitals.</summary>
    [GeneratedRegex("\"\\s*(SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|VALUES|TABLE|TRUNCATE|CREATE|ALTER|DROP|COMMENT|GRANT|REVOKE|COPY|CALL|DO|EXPLAIN"
        + "|PREPARE|EXECUTE|DEALLOCATE|DISCARD|DECLARE|FETCH|CLOSE|BEGIN|START|COMMIT|ROLLBACK|ABORT|SAVEPOINT|RELEASE|LOCK|SET|RESET|SHOW|LISTEN|UNLISTEN"
        + "|NOTIFY|ANALYZE|VACUUM|CLUSTER|REINDEX|REFRESH|CHECKPOINT)\\b[^\"]{0,60}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sql();

    /// <summary>The same in small letters, where English could not go on as it does.</summary>
    [GeneratedRegex("\"\\s*(select\\s[^\"]*\\sfrom|select\\s+\\w+(\\.\\w+)*\\(|insert into|update\\s+[\\w.]+\\s+set|delete from|with \\w+ as|truncate (table|\\w+\\.)"
        + "|(create|alter|drop) (table|index|schema|function|view|sequence|role|database|extension)|set (local|session)|lock table)[^\"]{0,60}",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QuietSql();

    [GeneratedRegex(@"^(?:\[[^\n]*\]\s*)?(?:public |internal |file |private protected )?(?:static |abstract |sealed |readonly |partial |unsafe )*(?:class|interface|enum|record struct|record|struct|delegate [\w<>?]+) (?<name>\w+)", RegexOptions.Multiline, 1000)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline, 1000)]
    private static partial Regex Namespace();
}
