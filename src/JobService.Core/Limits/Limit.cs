namespace JobService.Core.Limits;

/// <summary>A limit that was set.</summary>
public sealed record Limit
{
    public required LimitPattern Pattern { get; init; }

    public required LimitSettings Settings { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How many keys it holds for, as far as jobs have named them.</summary>
    public required long Keys { get; init; }

    /// <summary>How many jobs run under them just now; of one without a most, they are not counted.</summary>
    public required long? Running { get; init; }
}
