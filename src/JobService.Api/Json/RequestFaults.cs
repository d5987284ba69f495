using System.Text.Json;
using JobService.Core.Errors;
using JobService.Core.JobTypes.Schemas;
using JobService.Core.Timeouts;

namespace JobService.Api.Json;

/// <summary>Gathers what is wrong with a request, so that the caller learns of everything at once.</summary>
internal sealed class RequestFaults
{
    /// <summary>A request can hold more faults than anyone reads.</summary>
    private const int MaxFaults = 100;

    private readonly List<Fault> faults = [];

    private Refusal? obstacle;

    /// <summary>What its payloads may still take to be checked.</summary>
    public CheckSteps Steps { get; } = new();

    public bool Any => Count > 0 || obstacle is not null;

    public int Count => faults.Count;

    public Refusal ToRefusal() => obstacle ?? new Refusal.Invalid(faults);

    /// <summary>What is no fault of the request and stands in its way; it is told instead of any.</summary>
    public void Obstruct(Refusal refusal) => obstacle = refusal;

    public void Add(string pointer, string detail)
    {
        if (faults.Count < MaxFaults)
            faults.Add(new Fault(pointer, detail));
    }

    /// <summary>What the domain has found.</summary>
    public void Add(IEnumerable<Fault> found)
    {
        foreach (var fault in found)
            Add(fault.Pointer, fault.Detail);
    }

    /// <summary>What the domain has found in what could be read; of a place where something is wrong already no more is told.</summary>
    public void AddFurther(IEnumerable<Fault> found)
    {
        string[] places = [.. faults.Select(fault => fault.Pointer)];
        Add(found.Where(fault => !places.Any(place => IsWithin(fault.Pointer, place))));
    }

    /// <summary>What the domain has made of something; null where it found faults instead.</summary>
    public T? Taken<T>(Result<T> made)
        where T : class
    {
        if (!made.IsRefused(out var refusal, out var value))
            return value;
        Add(((Refusal.Invalid)refusal).Faults);
        return null;
    }

    /// <param name="parent">The pointer to what has the members.</param>
    /// <param name="members">Those it should not have.</param>
    public void AddUnknown(string parent, IReadOnlyDictionary<string, JsonElement>? members)
    {
        foreach (var name in members?.Keys ?? [])
            Add(parent + Fault.ShortStepTo(name), "There is no such member here.");
    }

    public DateTimeOffset? Time(string pointer, string? text)
    {
        if (text is null)
            return null;
        if (Rfc3339.Read(text, out var fault) is { } instant)
            return instant;

        Add(pointer, fault);
        return null;
    }

    /// <summary>A duration of any length.</summary>
    public TimeSpan? Duration(string pointer, JsonDuration? given)
    {
        if (given is { Value: null })
            Add(pointer, DurationText.Expected);
        return given?.Value;
    }

    public TimeSpan? Duration(string pointer, JsonDuration? given, TimeSpan shortest, TimeSpan longest, string range)
    {
        var value = Duration(pointer, given);
        if (Fault.OutOfRange(pointer, value, shortest, longest, range) is not { } fault)
            return value;

        Add([fault]);
        return null;
    }

    public T? Number<T>(string pointer, T? given, T lowest, T highest)
        where T : struct, IComparable<T>
    {
        if (Fault.OutOfRange(pointer, given, lowest, highest) is not { } fault)
            return given;

        Add([fault]);
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

    private static bool IsWithin(string pointer, string place) =>
        pointer.StartsWith(place, StringComparison.Ordinal) && (pointer.Length == place.Length || pointer[place.Length] == '/');
}
