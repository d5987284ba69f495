using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace JobService.Core.Sequences;

/// <summary>What the jobs of a sequence have in common, such as <c>order-42</c>: of those of a key one at a time runs, in the order in which they were enqueued.</summary>
[JsonConverter(typeof(SequenceKeyConverter))]
public readonly record struct SequenceKey
{
    public const int MaxLength = 255;

    /// <summary>The pattern of keys as an ECMAScript regular expression.</summary>
    public const string Expression = "^[A-Za-z0-9][A-Za-z0-9._:@-]{0,254}$";

    private SequenceKey(string text) => Text = text;

    public string Text { get; }

    /// <exception cref="FormatException">The text does not match <see cref="Expression"/>.</exception>
    public static SequenceKey Parse(string text) =>
        TryParse(text, out var key) ? key : throw new FormatException($"The sequence key '{text}' does not match {Expression}.");

    public static bool TryParse([NotNullWhen(true)] string? text, out SequenceKey key)
    {
        var isKey = IsBeginning(text) && text.Length > 0;
        key = isKey ? new SequenceKey(text!) : default;
        return isKey;
    }

    /// <summary>Whether keys may begin so; every key begins with nothing.</summary>
    public static bool IsBeginning([NotNullWhen(true)] string? text) =>
        text is { Length: <= MaxLength } && (text.Length == 0 || char.IsAsciiLetterOrDigit(text[0])) && text.All(IsAllowed);

    public override string ToString() => Text;

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '@' or '-';
}
