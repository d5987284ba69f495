using System.Globalization;
using System.Numerics;
using System.Text.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs.Json;
using JobService.Core.Timeouts;
using Microsoft.Extensions.Configuration;

namespace JobService.Worker.Scheduling;

/// <summary>
/// Reads the keys of a section, and gathers what is wrong with them in sentences that name the key. The configuration knows texts alone and no case of keys; a value that is empty counts
/// as left out, so that a later source can take back what an earlier one gives.
/// </summary>
internal sealed class SectionReader(IConfigurationSection section, List<string> faults)
{
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);
    private readonly int faultsBefore = faults.Count;

    /// <summary>Whether this section, or one within it, is wrong.</summary>
    public bool HasFaults => faults.Count > faultsBefore;

    public bool IsSection(string key) => Of(key).GetChildren().Any();

    /// <summary>Null where it has no keys of its own.</summary>
    public SectionReader? Section(string key)
    {
        if (!IsSection(key) && Text(key) is not null)
            Add(key, "Expected a section with keys of its own.");
        return IsSection(key) ? new SectionReader(Of(key), faults) : null;
    }

    public string? Text(string key)
    {
        if (IsSection(key))
            Add(key, "Expected one value, not a section with keys of its own.");
        return Of(key).Value is { Length: > 0 } text && !IsSection(key) ? text : null;
    }

    public bool? Flag(string key) => Parsed<bool>(key, text => bool.TryParse(text, out var flag) ? flag : null, "Expected true or false.");

    public T? Number<T>(string key)
        where T : struct, INumber<T> =>
        Parsed(key, text => T.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : (T?)null, "Expected a number.");

    public TimeSpan? Duration(string key) => Parsed(key, ParseDuration, DurationText.Expected);

    public DateTimeOffset? Time(string key)
    {
        if (Text(key) is not { } text)
            return null;
        var time = Rfc3339.Read(text, out var fault);
        if (time is null)
            Add(key, fault);
        return time;
    }

    public T? Word<T>(string key)
        where T : struct, Enum
    {
        var words = Enum.GetValues<T>().ToDictionary(value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()), StringComparer.OrdinalIgnoreCase);
        return Parsed(key, text => words.TryGetValue(text, out var value) ? value : (T?)null, $"Expected one of {string.Join(", ", words.Keys)}.");
    }

    /// <summary>JSON in one text: a section would have lost what is a number, and what is empty.</summary>
    public ReadOnlyMemory<byte>? Json(string key, bool isObject)
    {
        if (IsSection(key))
            Add(key, "Expected JSON in one text, such as \"{\\\"to\\\": 1}\", not a section.");
        if (IsSection(key) || Text(key) is not { } text)
            return null;

        var json = JobJson.Read(text, out var fault);
        if (json is not { Span: var bytes })
            Add(key, fault);
        else if (isObject && bytes.TrimStart(" \t\r\n"u8)[0] != (byte)'{')
            Add(key, "Expected an object.");
        return json;
    }

    /// <summary>A list, one value a key: <c>RetryOn:0</c>, <c>RetryOn:1</c>.</summary>
    public IReadOnlyList<string>? List(string key) => Section(key) is null ? null : [.. Of(key).GetChildren().Select(item => item.Value ?? "")];

    public IReadOnlyList<TimeSpan>? Durations(string key) => Section(key) is not { } items
        ? null
        : [.. Of(key).GetChildren().Select(item => items.Duration(item.Key) ?? TimeSpan.Zero)];

    /// <summary>Values by names that are the author's own.</summary>
    public IReadOnlyDictionary<string, string>? Words(string key) => Section(key) is not { } items
        ? null
        : Of(key).GetChildren().ToDictionary(item => item.Key, item => items.Text(item.Key) ?? "", StringComparer.Ordinal);

    /// <summary>What the domain made, or null where it refused: then its faults are told.</summary>
    public T? Taken<T>(Result<T> made)
        where T : class
    {
        if (!made.IsRefused(out var refusal, out var value))
            return value;
        Add(((Refusal.Invalid)refusal).Faults);
        return null;
    }

    public void Add(IEnumerable<Fault> found)
    {
        foreach (var fault in found)
            Add(fault);
    }

    public void Add(Fault fault) => Add(KeyOf(fault.Pointer), fault.Detail);

    /// <summary>Refuses the keys that nobody has asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var other in section.GetChildren().Where(child => !known.Contains(child.Key)))
            Add(other.Key, "There is no such key here.");
    }

    private void Add(string key, string detail) => faults.Add($"{section.Path}{(key.Length > 0 ? ":" : "")}{key}: {detail}");

    private IConfigurationSection Of(string key)
    {
        known.Add(key);
        return section.GetSection(key);
    }

    private T? Parsed<T>(string key, Func<string, T?> parse, string expected)
        where T : struct
    {
        if (Text(key) is not { } text)
            return null;
        var value = parse(text);
        if (value is null)
            Add(key, expected);
        return value;
    }

    private static TimeSpan? ParseDuration(string text)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return DurationText.TryFromSeconds(seconds, out var fromSeconds) ? fromSeconds : null;
        return DurationText.TryParse(text, out var duration) ? duration : null;
    }

    /// <summary>The key that a JSON pointer of the API stands for.</summary>
    private static string KeyOf(string pointer)
    {
        var steps = pointer.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();

        // The names of tags are their author's own; all others are the API's.
        return string.Join(':', steps.Select((step, i) => i > 0 && string.Equals(steps[i - 1], "tags", StringComparison.Ordinal) ? step : char.ToUpperInvariant(step[0]) + step[1..]));
    }
}
