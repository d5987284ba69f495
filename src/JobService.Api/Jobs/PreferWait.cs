using System.Globalization;
using JobService.Core.Errors;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace JobService.Api.Jobs;

/// <summary>How long a caller would wait for the end of a job: <c>Prefer: wait=10</c> (RFC 7240).</summary>
/// <param name="Wait">Up to <see cref="Longest"/>; null where there is no such preference.</param>
internal sealed record PreferWait(TimeSpan? Wait)
{
    /// <summary>No request is held longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>Tells the caller that its preference counted, and how long the wait is at most (§3).</summary>
    public static void Applied(HttpContext context, TimeSpan wait) =>
        context.Response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={(long)wait.TotalSeconds}");

    /// <summary>The preference; refused where it asks to wait and not how long, since who waits relies on it.</summary>
    public static Result<PreferWait> Read(IHeaderDictionary headers) => Read(headers["Prefer"]);

    public static Result<PreferWait> Read(StringValues prefer)
    {
        foreach (var preference in prefer.SelectMany(line => Split(line ?? "", ',')))
        {
            // The first of several counts, whatever the others say (§2).
            var parts = Split(preference, ';').First().Split('=', 2, StringSplitOptions.TrimEntries);
            if (!parts[0].Equals("wait", StringComparison.OrdinalIgnoreCase))
                continue;
            return parts is [_, var value] && Seconds(value) is { } wait
                ? new PreferWait(wait)
                : new Refusal.Malformed([new Fault("Prefer", "Expected a whole number of seconds, such as wait=10.")]);
        }

        return new PreferWait(Wait: null);
    }

    /// <summary>The parts of a header between separators; one in a quoted string parts nothing.</summary>
    private static IEnumerable<string> Split(string text, char separator)
    {
        var (start, isQuoted) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (isQuoted && text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (text[i] == separator && !isQuoted)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static TimeSpan? Seconds(string value)
    {
        value = HeaderUtilities.UnescapeAsQuotedString(value).ToString();
        if (value.Length == 0 || !value.All(char.IsAsciiDigit))
            return null;

        // Digits that overflow are a long wait all the same.
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < Longest.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : Longest;
    }
}
