using JobService.Api.Json;
using JobService.Core.Jobs;
using JobService.Core.Queues;

namespace JobService.Api.Jobs;

/// <summary>Reads which jobs a caller means, or says everything that is wrong with it: of a list as of a bulk action.</summary>
internal static class JobFilterRules
{
    public const int MaxNameLength = 256;

    /// <param name="given">What the caller says.</param>
    /// <param name="at">What comes before the name of a member in its pointer: nothing, or <c>/filter/</c>.</param>
    /// <param name="faults">Where faults are told.</param>
    public static JobFilter Read(JobFilterWords given, string at, RequestFaults faults)
    {
        var filter = new JobFilter
        {
            States = States(given.State, at, faults),
            TypeGlob = given.Type,
            Queue = QueueName.TryParse(given.Queue, out var queue) ? queue : null,
            Tags = Tags(given.Tags, at, faults),
            Worker = given.Worker,
            Schedule = given.Schedule,
            CreatedFrom = faults.Time(at + "createdFrom", given.CreatedFrom),
            CreatedTo = faults.Time(at + "createdTo", given.CreatedTo),
        };

        if (filter.TypeGlob is { } glob && !IsTypeGlob(glob))
            faults.Add(at + "type", $"Expected a type, or a glob with * and ?, as {NamePattern.Expression} allows.");
        if (given.Queue is not null && filter.Queue is null)
            faults.Add(at + "queue", $"Expected a name that matches {NamePattern.Expression}.");
        if (filter.Worker is { Length: 0 or > MaxNameLength })
            faults.Add(at + "worker", $"Expected a name of 1 to {MaxNameLength} characters.");
        if (filter.Schedule is { } schedule && !NamePattern.IsMatch(schedule))
            faults.Add(at + "schedule", $"Expected a name that matches {NamePattern.Expression}.");
        if (filter.CreatedTo < filter.CreatedFrom)
            faults.Add(at + "createdTo", "Expected a time that is not before createdFrom.");
        return filter;
    }

    private static List<JobState> States(string? list, string at, RequestFaults faults)
    {
        var states = new SortedSet<JobState>();
        foreach (var word in list?.Split(',') ?? [])
        {
            if (faults.Word(at + "state", word, JobStateWords.All) is { } state)
                states.Add(state);
        }

        return [.. states];
    }

    private static SortedDictionary<string, string> Tags(IReadOnlyList<string?> given, string at, RequestFaults faults)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in given)
        {
            var colon = tag?.IndexOf(':', StringComparison.Ordinal) ?? -1;
            if (colon < 0 || !JobTags.IsKey(tag.AsSpan(0, colon)) || tag!.Length - colon - 1 > JobTags.MaxValueLength)
                faults.Add(at + "tag", $"Expected key:value, with a key that matches {JobTags.KeyExpression} and a value of at most {JobTags.MaxValueLength} characters.");
            else if (!tags.TryAdd(tag[..colon], tag[(colon + 1)..]))
                faults.Add(at + "tag", $"The tag {tag[..colon]} is asked for twice.");
        }

        if (tags.Count > JobTags.MaxCount)
            faults.Add(at + "tag", $"Expected at most {JobTags.MaxCount} tags.");
        return tags;
    }

    // What remains without its wildcards must be able to stand in a name.
    private static bool IsTypeGlob(string glob) =>
        glob.Length is >= 1 and <= 128 && NamePattern.IsMatch("a" + glob.Replace("*", "", StringComparison.Ordinal).Replace('?', 'a')[..Math.Min(127, glob.Count(c => c != '*'))]);
}
