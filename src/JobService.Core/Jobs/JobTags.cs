namespace JobService.Core.Jobs;

/// <summary>What tags may be: a few short words to find a job by, not a place for its input.</summary>
public static class JobTags
{
    public const int MaxCount = 32;
    public const int MaxValueLength = 256;

    /// <summary>The pattern of keys as an ECMAScript regular expression; no colon, which parts key and value in a query.</summary>
    public const string KeyExpression = "^[A-Za-z0-9._/-]{1,64}$";

    private const int MaxKeyLength = 64;

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
