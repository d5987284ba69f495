using System.Diagnostics.CodeAnalysis;
using JobService.Core.Jobs;
using JobService.Core.Queues;

namespace JobService.Core.Limits;

/// <summary>Which keys a limit is for: one, such as <c>tenant:42</c>, or each of those that begin alike, such as <c>tenant:*</c>. Of several that match, the key's own holds, else the longest.</summary>
public readonly record struct LimitPattern
{
    private LimitPattern(string text) => Text = text;

    public string Text { get; }

    /// <summary>Whether it is for many keys, each of which has the limit for itself.</summary>
    public bool IsForMany => Text.EndsWith('*');

    /// <summary>The key, or what the keys begin with.</summary>
    public string Beginning => IsForMany ? Text[..^1] : Text;

    public static bool TryParse([NotNullWhen(true)] string? text, out LimitPattern pattern)
    {
        // The star stands for any end, so what is before it must be the beginning of a key.
        var isPattern = text is not null && text.Length <= LimitKey.MaxLength && LimitKey.TryParse(text.EndsWith('*') ? text[..^1] + "x" : text, out _);
        pattern = isPattern ? new LimitPattern(text!) : default;
        return isPattern;
    }

    /// <summary>Whether it is for many keys, and some of them may be those of queues or types: which there are is told by no job.</summary>
    public bool ReachesImplied => IsForMany && Overlap(Beginning);

    /// <summary>Whether it is the key of a queue or a type by a name that none can have.</summary>
    public bool IsOfNoJob
    {
        get
        {
            var text = Text;
            return !IsForMany && LimitKey.Implied.Any(implied => text.StartsWith(implied, StringComparison.Ordinal) && !NamePattern.IsMatch(text.AsSpan(implied.Length)));
        }
    }

    public bool Matches(LimitKey key) => IsForMany ? key.Text.StartsWith(Beginning, StringComparison.Ordinal) : string.Equals(key.Text, Text, StringComparison.Ordinal);

    public override string ToString() => Text;

    private static bool Overlap(string beginning) => LimitKey.Implied.Any(implied =>
        implied.StartsWith(beginning, StringComparison.Ordinal) || beginning.StartsWith(implied, StringComparison.Ordinal));
}
