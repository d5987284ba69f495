using JobService.Core.Jobs;

namespace JobService.Core.Claiming;

/// <summary>The answer to one round trip of a worker.</summary>
/// <param name="Stale">The transitions that were refused because their lease token no longer held.</param>
/// <param name="Claims">What was claimed and may run.</param>
/// <param name="Endings">What was claimed and can't run, since it is too late to start or its body is gone or can't be read: to be applied with the next exchange.</param>
public sealed record Exchange(IReadOnlyList<JobTransition> Stale, IReadOnlyList<Claim> Claims, IReadOnlyList<JobTransition> Endings)
{
    /// <summary>When to look again for what limits have held up.</summary>
    public Outlook Outlook { get; init; }

    /// <summary>Whether it ended jobs of sequences, in which the next ones may go.</summary>
    public bool HasEndedHeads { get; init; }

    public static readonly Exchange Empty = new([], [], []);
}
