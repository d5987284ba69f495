using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using JobService.Core.Errors;
using JobService.Core.Queues;

namespace JobService.Core.Jobs;

/// <summary>
/// What limits are counted by, such as <c>tenant:42</c>. A job may name some; those of its queue (<c>queue:low</c>) and its type
/// (<c>type:email.send</c>) it has without naming them.
/// </summary>
public readonly record struct LimitKey
{
    public const int MaxLength = 255;

    /// <summary>How many a job may name.</summary>
    public const int MaxPerJob = 8;

    /// <summary>The pattern of keys as an ECMAScript regular expression.</summary>
    public const string Expression = "^[A-Za-z0-9][A-Za-z0-9._:@-]{0,254}$";

    private const string OfQueues = "queue:";
    private const string OfTypes = "type:";

    /// <summary>What the keys begin with that no job names.</summary>
    public static readonly IReadOnlyList<string> Implied = [OfQueues, OfTypes];

    private LimitKey(string text) => Text = text;

    public string Text { get; }

    /// <summary>Whether it is of a queue or of a type, which no job names.</summary>
    public bool IsImplied => Text.StartsWith(OfQueues, StringComparison.Ordinal) || Text.StartsWith(OfTypes, StringComparison.Ordinal);

    public static LimitKey Of(QueueName queue) => new(OfQueues + queue.Name);

    public static LimitKey Of(JobType type) => new(OfTypes + type.Name);

    /// <exception cref="FormatException">The text does not match <see cref="Expression"/>.</exception>
    public static LimitKey Parse(string text) =>
        TryParse(text, out var key) ? key : throw new FormatException($"The limit key '{text}' does not match {Expression}.");

    public static bool TryParse([NotNullWhen(true)] string? text, out LimitKey key)
    {
        var isKey = text is { Length: > 0 and <= MaxLength } && char.IsAsciiLetterOrDigit(text[0]) && text.All(IsAllowed);
        key = isKey ? new LimitKey(text!) : default;
        return isKey;
    }

    /// <summary>The keys that a job names; refused where one of them is none that a job may name, or they are too many.</summary>
    /// <param name="texts">What is given.</param>
    /// <param name="at">The pointer to it.</param>
    public static Result<IReadOnlyList<LimitKey>> ParseAll(IReadOnlyList<string?> texts, string at)
    {
        var faults = new List<Fault>();
        if (texts.Count > MaxPerJob)
            faults.Add(new Fault(at, $"Expected at most {MaxPerJob} keys."));

        var keys = new List<LimitKey>(texts.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            if (!TryParse(texts[i], out var key))
                faults.Add(new Fault(string.Create(CultureInfo.InvariantCulture, $"{at}/{i}"), $"Expected a key that matches {Expression}."));
            else if (key.IsImplied)
                faults.Add(new Fault(string.Create(CultureInfo.InvariantCulture, $"{at}/{i}"), "A job is limited by its queue and its type without naming them."));
            else
                keys.Add(key);
        }

        return faults.Count == 0 ? keys : new Refusal.Invalid(faults);
    }

    /// <summary>Each once, in the order of their texts, so that the same keys are always written alike.</summary>
    internal static IReadOnlyList<LimitKey> InOrder(IReadOnlyList<LimitKey> keys) =>
        keys.Count == 0 ? [] : [.. keys.Distinct().OrderBy(key => key.Text, StringComparer.Ordinal)];

    public override string ToString() => Text;

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '@' or '-';
}
