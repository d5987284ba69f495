using System.Globalization;
using System.Text.Json;

namespace JobService.Core.Keys;

/// <summary>JSON pointers (RFC 6901): the way to a value of a document.</summary>
internal static class JsonPointer
{
    /// <summary>Whether it is empty or begins with a slash, and each tilde is followed by 0 or 1.</summary>
    public static bool IsOne(string pointer)
    {
        if (pointer.Length > 0 && pointer[0] != '/')
            return false;
        for (var at = pointer.IndexOf('~', StringComparison.Ordinal); at >= 0; at = pointer.IndexOf('~', at + 1))
        {
            if (at + 1 == pointer.Length || pointer[at + 1] is not ('0' or '1'))
                return false;
        }

        return true;
    }

    /// <summary>The names and indexes on the way, from the root.</summary>
    /// <param name="pointer">One that <see cref="IsOne"/>.</param>
    public static IEnumerable<string> Steps(string pointer) => pointer.Split('/').Skip(1)
        .Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));

    /// <summary>The value it leads to; null where there is none.</summary>
    /// <param name="root">The document.</param>
    /// <param name="pointer">One that <see cref="IsOne"/>.</param>
    public static JsonElement? Find(JsonElement root, string pointer)
    {
        var found = root;
        foreach (var step in Steps(pointer))
        {
            if (found.ValueKind == JsonValueKind.Object && found.TryGetProperty(step, out var member))
                found = member;
            else if (found.ValueKind == JsonValueKind.Array && IsIndex(step, out var index) && index < found.GetArrayLength())
                found = found[index];
            else
                return null;
        }

        return found;
    }

    /// <summary>The place in an array that a step names: digits without a leading zero, so that each element has one name.</summary>
    public static bool IsIndex(ReadOnlySpan<char> step, out int index)
    {
        index = 0;
        return step.Length is > 0 and <= 9 && step.IndexOfAnyExceptInRange('0', '9') < 0 && (step.Length == 1 || step[0] != '0')
            && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out index);
    }
}
