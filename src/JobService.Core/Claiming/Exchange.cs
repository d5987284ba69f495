using JobService.Core.Jobs;

namespace JobService.Core.Claiming;

/// <summary>
/// The answer to one round trip of a worker: which transitions were refused because their lease token no longer held, and
/// what was claimed.
/// </summary>
public sealed record Exchange(IReadOnlyList<JobTransition> Stale, IReadOnlyList<Claim> Claims)
{
    public static readonly Exchange Empty = new([], []);
}
