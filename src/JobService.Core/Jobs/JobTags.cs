using JobService.Core.Errors;

namespace JobService.Core.Jobs;

/// <summary>What tags may be: a few short words to find a job by, not a place for its input.</summary>
public static class JobTags
{
    public const int MaxCount = 32;
    public const int MaxValueLength = 256;

    /// <summary>The pattern of keys as an ECMAScript regular expression; no colon, which parts key and value in a query.</summary>
    public const string KeyExpression = "^[A-Za-z0-9._/-]{1,64}$";

    private const int MaxKeyLength = 64;

    /// <summary>What is wrong with tags; nothing where each may be stored.</summary>
    /// <param name="at">The pointer to them.</param>
    /// <param name="tags">A value that is null is none.</param>
    public static IEnumerable<Fault> Check(string at, IReadOnlyDictionary<string, string?> tags)
    {
        if (tags.Count > MaxCount)
            yield return new Fault(at, $"Expected at most {MaxCount} tags.");
        foreach (var (key, value) in tags)
        {
            if (!IsKey(key))
                yield return new Fault(at + Fault.ShortStepTo(key), $"Expected a key that matches {KeyExpression}.");
            if (value is null || value.Length > MaxValueLength)
                yield return new Fault(at + Fault.ShortStepTo(key), $"Expected a string of at most {MaxValueLength} characters.");
        }
    }

    public static bool IsKey(ReadOnlySpan<char> key)
    {
        if (key.Length is 0 or > MaxKeyLength)
            return false;

        foreach (var c in key)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '/' or '-'))
                return false;
        }

        return true;
    }
}
