namespace JobService.Core.Routing;

/// <summary>Which jobs meet a rule: those that meet all of it. Nothing at all is met by every job.</summary>
public sealed record RouteMatch
{
    /// <summary>A glob of the job's type; null for any.</summary>
    public string? Type { get; init; }

    /// <summary>Tags the job must have, each with a glob of its value.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = System.Collections.Frozen.FrozenDictionary<string, string>.Empty;

    public IReadOnlyList<PayloadCondition> Payload { get; init; } = [];
}
