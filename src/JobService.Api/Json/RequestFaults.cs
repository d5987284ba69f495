using System.Text.Json;
using JobService.Core.Errors;

namespace JobService.Api.Json;

/// <summary>Gathers what is wrong with a request, so that the caller learns of everything at once.</summary>
internal sealed class RequestFaults
{
    /// <summary>A request can hold more faults than anyone reads.</summary>
    private const int MaxFaults = 100;

    // Times that every calendar, driver and language still agree on.
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(9001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<Fault> faults = [];

    public bool Any => faults.Count > 0;

    public Refusal ToRefusal() => new Refusal.Invalid(faults);

    public void Add(string pointer, string detail)
    {
        if (faults.Count < MaxFaults)
            faults.Add(new Fault(pointer, detail));
    }

    /// <param name="parent">The pointer to what has the members.</param>
    /// <param name="members">Those it should not have.</param>
    /// <param name="coming">Members of the contract that a later version brings.</param>
    public void AddUnknown(string parent, IReadOnlyDictionary<string, JsonElement>? members, params IReadOnlyCollection<string> coming)
    {
        foreach (var name in members?.Keys ?? [])
            Add(parent + JsonTrail.ShortPointerTo(name), coming.Contains(name, StringComparer.Ordinal) ? "Not available yet." : "There is no such member here.");
    }

    public DateTimeOffset? Time(string pointer, string? text)
    {
        if (text is null)
            return null;
        if (!Rfc3339.TryParse(text, out var instant))
            Add(pointer, Rfc3339.Expected);
        else if (instant < Earliest || instant >= Latest)
            Add(pointer, "Expected a time from 1970 to 9000.");
        else
            return instant;
        return null;
    }

    public TimeSpan? Duration(string pointer, JsonDuration? given, TimeSpan shortest, TimeSpan longest, string range)
    {
        if (given is not { } duration)
            return null;
        if (duration.Value is not { } value)
            Add(pointer, "Expected a duration: a number of seconds, or a string such as \"250ms\", \"1h30m\", \"2d\" or \"PT30S\".");
        else if (value < shortest || value > longest)
            Add(pointer, $"Expected a duration {range}.");
        else
            return value;
        return null;
    }

    public T? Number<T>(string pointer, T? given, T lowest, T highest)
        where T : struct, IComparable<T>
    {
        if (given is not { } value || value.CompareTo(lowest) >= 0 && value.CompareTo(highest) <= 0)
            return given;

        Add(pointer, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Expected a number from {lowest} to {highest}."));
        return null;
    }

    public T? Word<T>(string pointer, string? given, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        if (given is null)
            return null;
        if (words.TryGetValue(given, out var value))
            return value;

        Add(pointer, $"Expected one of {string.Join(", ", words.Keys)}.");
        return null;
    }
}
