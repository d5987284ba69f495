using JobService.Core.Jobs;

namespace JobService.Core.Limits;

/// <summary>A limit that was set.</summary>
public sealed record Limit
{
    public required LimitPattern Pattern { get; init; }

    public required LimitSettings Settings { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How many jobs run under all its keys just now; null where none are counted, since any number may.</summary>
    public required long? Running { get; init; }

    /// <summary>Some of the keys under which jobs run that are counted, and how many: most first.</summary>
    public required IReadOnlyList<(LimitKey Key, int Running)> BusiestKeys { get; init; }
}
