namespace JobService.Core.Queues;

/// <summary>The one pattern of the names of types, queues and schedules: <c>^[a-z0-9][a-z0-9._:-]{0,127}$</c>, case-sensitive.</summary>
public static class NamePattern
{
    /// <summary>The pattern as an ECMAScript regular expression, for documents and messages.</summary>
    public const string Expression = "^[a-z0-9][a-z0-9._:-]{0,127}$";

    private const int MaxLength = 128;

    public static bool IsMatch(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > MaxLength || !char.IsAsciiLetterLower(name[0]) && !char.IsAsciiDigit(name[0]))
            return false;

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('.' or '_' or ':' or '-'))
                return false;
        }

        return true;
    }
}
