using System.Globalization;
using System.Text.RegularExpressions;
using JobService.Core.Storage;

namespace JobService.Storage.Tests.Sql;

/// <summary>A statement of the product with what its header promises.</summary>
internal sealed partial record SqlFile(string Name, string Text)
{
    private const string Folder = "Sql/";

    /// <summary>Every statement there is.</summary>
    public static IReadOnlyList<SqlFile> All { get; } =
    [
        .. typeof(DatabaseAddress).Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal))
            .Select(resource => resource[Folder.Length..^".sql".Length])
            .Order(StringComparer.Ordinal)
            .Select(name => new SqlFile(name, SqlText.Read(name))),
    ];

    /// <summary>The comment lines before the statement, in one.</summary>
    public string Header => string.Join(' ', Text.Split('\n').TakeWhile(IsComment).Select(line => line[2..].Trim()));

    public string Body => string.Join('\n', Text.Split('\n').SkipWhile(IsComment));

    /// <summary>The types of the parameters as the header declares them, by the names PostgreSQL gives them.</summary>
    public IReadOnlyList<string> ParameterTypes =>
    [
        .. Declared().Matches(Header).Select(match => match.Groups["type"].Value switch
        {
            var type when type.StartsWith("int", StringComparison.Ordinal) => type.Replace("int", "integer", StringComparison.Ordinal),
            var type => type.Replace("timestamptz", "timestamp with time zone", StringComparison.Ordinal),
        }),
    ];

    /// <summary>The numbers of the parameters that the header declares.</summary>
    public IReadOnlyList<int> DeclaredNumbers =>
        [.. Declared().Matches(Header).Select(match => int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture))];

    /// <summary>The numbers of the parameters that the statement uses.</summary>
    public IReadOnlyList<int> UsedNumbers =>
        [.. Used().Matches(Body).Select(match => int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture)).Distinct().Order()];

    public static SqlFile Of(string name) => All.Single(file => string.Equals(file.Name, name, StringComparison.Ordinal));

    private static bool IsComment(string line) => line.StartsWith("--", StringComparison.Ordinal);

    [GeneratedRegex(@"\$(?<number>\d+) \w+ (?<type>(?:uuid|int|smallint|bigint|text|jsonb?|timestamptz|boolean|date|bytea)\b(?:\[\])?)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Declared();

    [GeneratedRegex(@"\$(?<number>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Used();
}
