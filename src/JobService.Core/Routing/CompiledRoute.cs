using JobService.Core.Jobs;

namespace JobService.Core.Routing;

/// <summary>A rule with its globs and operands read, for the jobs of a type that it may be met by.</summary>
internal sealed class CompiledRoute(Route route, PayloadPaths paths)
{
    private readonly (string Key, Glob Value)[] tags = [.. route.Match.Tags.Select(tag => (tag.Key, new Glob(tag.Value)))];
    private readonly CompiledCondition[] conditions = [.. route.Match.Payload.Select(condition => new CompiledCondition(condition, paths.Add(condition.Pointer)))];

    public Route Route { get; } = route;

    /// <summary>What a job records that it sent to its queue.</summary>
    public string RoutedBy { get; } = $"rule:{route.Name}";

    public JobDefaults Set => Route.Set;

    public bool LooksIntoPayload => conditions.Length > 0;

    public bool IsMetByTags(IReadOnlyDictionary<string, string?>? given)
    {
        foreach (var (key, value) in tags)
        {
            if (given is null || !given.TryGetValue(key, out var tag) || tag is null || !value.Matches(tag))
                return false;
        }

        return true;
    }

    public bool IsMetByPayload(ReadOnlySpan<byte> payload, ReadOnlySpan<FoundValue> found)
    {
        foreach (var condition in conditions)
        {
            if (!condition.IsMet(payload, found[condition.Place]))
                return false;
        }

        return true;
    }

    /// <summary>What a job of a type that meets the rule's does not meet of the rest; null where it meets all.</summary>
    public string? WhyNot(IReadOnlyDictionary<string, string?>? given, ReadOnlySpan<byte> payload, ReadOnlySpan<FoundValue> found)
    {
        foreach (var (key, value) in tags)
        {
            if (given is null || !given.TryGetValue(key, out var tag) || tag is null)
                return $"There is no tag '{key}', and the rule asks for {value}.";
            if (!value.Matches(tag))
                return $"The tag '{key}' is '{tag}', and the rule asks for {value}.";
        }

        foreach (var condition in conditions)
        {
            if (!condition.IsMet(payload, found[condition.Place]))
                return condition.WhyNot(payload, found[condition.Place]);
        }

        return null;
    }
}
