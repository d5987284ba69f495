using JobService.Core.Jobs;

namespace JobService.Core.Sequences;

/// <summary>A sequence that has jobs.</summary>
public sealed record Sequence
{
    /// <summary>More jobs of a sequence than that are not counted.</summary>
    public const int MaxLength = 10_000;

    public required SequenceKey Key { get; init; }

    /// <summary>The job whose turn it is.</summary>
    public required JobId Head { get; init; }

    /// <summary>Null where retention has removed it.</summary>
    public required JobState? HeadState { get; init; }

    /// <summary>Since when the failure of its head holds up the others; null while it does not.</summary>
    public required DateTimeOffset? HeldAt { get; init; }

    /// <summary>How many jobs it has, its head and those behind it, counted up to <see cref="MaxLength"/>.</summary>
    public required int Length { get; init; }

    /// <summary>The first of those behind its head, in their order.</summary>
    public required IReadOnlyList<JobId> Next { get; init; }
}
