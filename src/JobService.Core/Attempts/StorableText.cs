using System.Text;

namespace JobService.Core.Attempts;

/// <summary>Makes any text safe to store: PostgreSQL holds no NUL, UTF-8 no lone surrogate, and nothing here is boundless.</summary>
internal static class StorableText
{
    private const string Cut = "… (cut)";

    /// <summary>Replaces each NUL and each lone surrogate with U+FFFD and cuts at <paramref name="maxLength"/> UTF-16 units, saying so.</summary>
    /// <param name="text">Null is empty: a handler compiled without nullable references may well give one.</param>
    /// <param name="maxLength">In UTF-16 units.</param>
    public static string Clean(string? text, int maxLength)
    {
        text ??= "";
        if (text.Length > maxLength)
        {
            var end = maxLength - Cut.Length;
            if (char.IsHighSurrogate(text[end - 1]))
                end--;
            text = string.Concat(text.AsSpan(0, end), Cut);
        }

        return IsClean(text) ? text : Replace(text);
    }

    private static bool IsClean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
                return false;
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }

        return true;
    }

    private static string Replace(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        return clean.ToString();
    }
}
