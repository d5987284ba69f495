using System.Globalization;
using System.Text.Json;

namespace JobService.Core.Keys;

/// <summary>Names a value within JSON (RFC 6901).</summary>
internal static class JsonPointer
{
    /// <summary>Whether it is one: empty for the whole, else each step after a slash, with <c>~0</c> for a tilde and <c>~1</c> for a slash.</summary>
    public static bool IsOne(string text)
    {
        if (text.Length > 0 && text[0] != '/')
            return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '~' && !(i + 1 < text.Length && text[i + 1] is '0' or '1'))
                return false;
        }

        return true;
    }

    /// <summary>The value it names; null where there is none.</summary>
    public static JsonElement? Find(JsonElement root, string pointer)
    {
        var found = root;
        foreach (var step in pointer.Split('/').Skip(1).Select(Unescape))
        {
            if (found.ValueKind == JsonValueKind.Object && found.TryGetProperty(step, out var member))
                found = member;
            else if (found.ValueKind == JsonValueKind.Array && IndexOf(step) is { } index && index < found.GetArrayLength())
                found = found[index];
            else
                return null;
        }

        return found;
    }

    private static string Unescape(string step) => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    // No sign and no leading zero: each element has one name.
    private static int? IndexOf(string step) =>
        step is "0" || step is [>= '1' and <= '9', ..] && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? int.Parse(step, NumberStyles.None, CultureInfo.InvariantCulture)
            : null;
}
