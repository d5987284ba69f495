using System.Globalization;
using System.Numerics;
using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using Microsoft.Extensions.Primitives;

namespace JobService.Api.Jobs;

/// <summary>What <c>GET /jobs</c> asks for: which jobs, how many, and after which one.</summary>
internal sealed record JobListParameters
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    private const int MaxNameLength = 256;
    private static readonly string[] Names = ["state", "type", "queue", "tag", "worker", "schedule", "createdFrom", "createdTo", "limit", "cursor"];

    public required JobFilter Filter { get; init; }

    public required int Limit { get; init; }

    /// <summary>The last job of the page before; null for the first page.</summary>
    public required JobId? Before { get; init; }

    /// <summary>Reads a query string. What can't be read wins over what is out of range.</summary>
    public static Result<JobListParameters> Parse(IQueryCollection query)
    {
        if (Malformed(query) is { Count: > 0 } malformed)
            return new Refusal.Malformed(malformed);

        var faults = new RequestFaults();
        foreach (var name in query.Keys.Except(Names, StringComparer.Ordinal))
            faults.Add(name.Length <= MaxNameLength ? name : "", $"There is no such parameter; there are {string.Join(", ", Names)}.");

        var filter = ReadFilter(query, faults);
        var limit = faults.Number<BigInteger>("limit", One(query, "limit") is { } text ? BigInteger.Parse(text, CultureInfo.InvariantCulture) : DefaultLimit, 1, MaxLimit);
        if (faults.Any)
            return faults.ToRefusal();

        JobId? before = null;
        if (One(query, "cursor") is { } cursor)
        {
            if (!JobCursor.TryRead(cursor, filter, out var last))
                return new Refusal.Malformed([new Fault("cursor", "This is not a cursor of this query; take nextCursor of its last page, with the same filter.")]);
            before = last;
        }

        return new JobListParameters { Filter = filter, Limit = (int)limit!.Value, Before = before };
    }

    private static List<Fault> Malformed(IQueryCollection query)
    {
        var faults = new List<Fault>();
        foreach (var (name, values) in query)
        {
            if (values.Count > 1 && !string.Equals(name, "tag", StringComparison.Ordinal))
                faults.Add(new Fault(name.Length <= MaxNameLength ? name : "", "The parameter is given more than once."));
            if (name.Contains('\0', StringComparison.Ordinal) || values.Any(value => value?.Contains('\0', StringComparison.Ordinal) ?? false))
                faults.Add(new Fault("", "The query holds a NUL character."));
        }

        if (One(query, "limit") is { } limit && !BigInteger.TryParse(limit, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            faults.Add(new Fault("limit", "Expected a whole number."));
        return faults;
    }

    private static JobFilter ReadFilter(IQueryCollection query, RequestFaults faults)
    {
        var filter = new JobFilter
        {
            States = States(One(query, "state"), faults),
            TypeGlob = One(query, "type"),
            Queue = QueueName.TryParse(One(query, "queue"), out var queue) ? queue : null,
            Tags = Tags(query["tag"], faults),
            Worker = One(query, "worker"),
            Schedule = One(query, "schedule"),
            CreatedFrom = faults.Time("createdFrom", One(query, "createdFrom")),
            CreatedTo = faults.Time("createdTo", One(query, "createdTo")),
        };

        if (filter.TypeGlob is { } glob && !IsTypeGlob(glob))
            faults.Add("type", $"Expected a type, or a glob with * and ?, as {NamePattern.Expression} allows.");
        if (query.ContainsKey("queue") && filter.Queue is null)
            faults.Add("queue", $"Expected a name that matches {NamePattern.Expression}.");
        if (filter.Worker is { Length: 0 or > MaxNameLength })
            faults.Add("worker", $"Expected a name of 1 to {MaxNameLength} characters.");
        if (filter.Schedule is { } schedule && !NamePattern.IsMatch(schedule))
            faults.Add("schedule", $"Expected a name that matches {NamePattern.Expression}.");
        if (filter.CreatedTo < filter.CreatedFrom)
            faults.Add("createdTo", "Expected a time that is not before createdFrom.");
        return filter;
    }

    private static List<JobState> States(string? list, RequestFaults faults)
    {
        var states = new SortedSet<JobState>();
        foreach (var word in list?.Split(',') ?? [])
        {
            if (faults.Word("state", word, JobStateWords.All) is { } state)
                states.Add(state);
        }

        return [.. states];
    }

    private static SortedDictionary<string, string> Tags(StringValues given, RequestFaults faults)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in given)
        {
            var colon = tag?.IndexOf(':', StringComparison.Ordinal) ?? -1;
            if (colon < 0 || !JobTags.IsKey(tag.AsSpan(0, colon)) || tag!.Length - colon - 1 > JobTags.MaxValueLength)
                faults.Add("tag", $"Expected key:value, with a key that matches {JobTags.KeyExpression} and a value of at most {JobTags.MaxValueLength} characters.");
            else if (!tags.TryAdd(tag[..colon], tag[(colon + 1)..]))
                faults.Add("tag", $"The tag {tag[..colon]} is asked for twice.");
        }

        if (tags.Count > JobTags.MaxCount)
            faults.Add("tag", $"Expected at most {JobTags.MaxCount} tags.");
        return tags;
    }

    // What remains without its wildcards must be able to stand in a name.
    private static bool IsTypeGlob(string glob) =>
        glob.Length is >= 1 and <= 128 && NamePattern.IsMatch("a" + glob.Replace("*", "", StringComparison.Ordinal).Replace('?', 'a')[..Math.Min(127, glob.Count(c => c != '*'))]);

    private static string? One(IQueryCollection query, string name) => query.TryGetValue(name, out var values) ? values[0] ?? "" : null;
}
