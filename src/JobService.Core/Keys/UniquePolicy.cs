using System.Globalization;
using System.Text;
using System.Text.Json;
using JobService.Core.Errors;

namespace JobService.Core.Keys;

/// <summary>By what a job is the only one of its kind, how long, and what becomes of another one.</summary>
public sealed record UniquePolicy
{
    private const int MaxKeyBytes = 255;
    private const int MaxPaths = 16;
    private const int MaxPathLength = 256;

    /// <summary>More than a payload may have; it was counted when it came in.</summary>
    private const int MaxDepth = 1_000;

    private static readonly TimeSpan ShortestTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(365);

    /// <summary>The key itself, 1 to 255 bytes, one for all types; excludes <see cref="Paths"/>.</summary>
    public string? Key { get; init; }

    /// <summary>JSON pointers to the values of the payload that make the key, together with the type: 1 to 16 of them.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    public UniqueScope Scope { get; init; } = UniqueScope.UntilFinished;

    /// <summary>Of <see cref="UniqueScope.Window"/>: how long, 1 s to 365 days.</summary>
    public TimeSpan? Window { get; init; }

    public UniqueConflict OnConflict { get; init; } = UniqueConflict.Return;

    /// <summary>Of <see cref="UniqueConflict.Debounce"/>: a job is put off no further than this after it was made, 1 s to 365 days; null for no such bound.</summary>
    public TimeSpan? MaxWait { get; init; }

    /// <summary>What is wrong with it; nothing where each member is within its range.</summary>
    /// <param name="at">The pointer to the policy.</param>
    public IEnumerable<Fault> Check(string at)
    {
        if (Key is null == (Paths.Count == 0))
            yield return new Fault(at, "Give either key or paths.");
        if (Key is { } key && Encoding.UTF8.GetByteCount(key) is 0 or > MaxKeyBytes)
            yield return new Fault(at + "/key", $"Expected 1 to {MaxKeyBytes} bytes.");
        if (Paths.Count > MaxPaths)
            yield return new Fault(at + "/paths", $"Expected at most {MaxPaths} paths.");
        for (var i = 0; i < Paths.Count; i++)
        {
            if (Paths[i].Length > MaxPathLength || !JsonPointer.IsOne(Paths[i]))
                yield return new Fault(PathAt(at, i), $"Expected a JSON pointer of at most {MaxPathLength} characters, such as /userId.");
        }

        if (Scope == UniqueScope.Window && Window is null)
            yield return new Fault(at + "/window", "How long? The scope window takes a duration.");
        if (Scope != UniqueScope.Window && Window is not null)
            yield return new Fault(at + "/window", "Goes with \"scope\": \"window\" only.");
        if (OnConflict != UniqueConflict.Debounce && MaxWait is not null)
            yield return new Fault(at + "/maxWait", "Goes with \"onConflict\": \"debounce\" only.");
        foreach (var fault in new[] { CheckTime(at + "/window", Window), CheckTime(at + "/maxWait", MaxWait) }.OfType<Fault>())
            yield return fault;
    }

    /// <summary>The key of a job; refused where its payload has nothing at one of the paths.</summary>
    /// <param name="type">The job's type.</param>
    /// <param name="payload">Its payload: JSON that was read before.</param>
    /// <param name="at">The pointer to the policy.</param>
    public Result<KeyHash> KeyOf(string type, ReadOnlyMemory<byte> payload, string at)
    {
        if (Key is { } key)
            return KeyHash.OfUnique(key);

        using var document = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = MaxDepth });
        var faults = new List<Fault>();
        var values = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        for (var i = 0; i < Paths.Count; i++)
        {
            if (JsonPointer.Find(document.RootElement, Paths[i]) is { } value)
                values[Paths[i]] = CanonicalJson.Of(value);
            else
                faults.Add(new Fault(PathAt(at, i), $"The payload has nothing at {Paths[i]}."));
        }

        return faults.Count > 0 ? new Refusal.Invalid(faults) : KeyHash.OfValues(type, values.Select(value => (value.Key, value.Value)));
    }

    /// <summary>Whether they say the same; paths are compared by what they hold.</summary>
    public bool Equals(UniquePolicy? other) => other is not null
        && string.Equals(Key, other.Key, StringComparison.Ordinal)
        && (Scope, Window, OnConflict, MaxWait) == (other.Scope, other.Window, other.OnConflict, other.MaxWait)
        && Paths.SequenceEqual(other.Paths, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Key, Paths.Count, Scope, Window, OnConflict, MaxWait);

    private static string PathAt(string at, int index) => string.Create(CultureInfo.InvariantCulture, $"{at}/paths/{index}");

    private static Fault? CheckTime(string pointer, TimeSpan? time) => Fault.OutOfRange(pointer, time, ShortestTime, LongestTime, "from 1 s to 365 days");
}
