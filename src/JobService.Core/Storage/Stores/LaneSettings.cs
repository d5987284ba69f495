using System.Collections.Frozen;

namespace JobService.Core.Storage.Stores;

/// <summary>What holds for claims beside the lanes, read with them.</summary>
/// <param name="Version">The number of all these settings: a claim by others takes nothing.</param>
/// <param name="NewestLane">The number of the newest lane, 0 where there is none: nor does a claim that knows of no newer one take anything beside it.</param>
/// <param name="HasLimited">Whether any job ever named a limit key.</param>
/// <param name="LimitedQueues">The limited queues, and the numbers of their keys.</param>
/// <param name="LimitedTypes">The limited types, and the numbers of their keys.</param>
/// <param name="MetTypes">The types that were there when the limits were read, as far as claims have named them: any other may have been limited before it was there.</param>
internal sealed record LaneSettings(
    long Version, long NewestLane, bool HasLimited, IReadOnlyDictionary<int, int> LimitedQueues, IReadOnlyDictionary<int, int> LimitedTypes, FrozenSet<int> MetTypes)
{
    public static readonly LaneSettings None = new(
        0, NewestLane: 0, HasLimited: false, FrozenDictionary<int, int>.Empty, FrozenDictionary<int, int>.Empty, FrozenSet<int>.Empty);
}
