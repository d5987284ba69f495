using System.Collections.Frozen;

namespace JobService.Core.Storage.Stores;

/// <summary>What holds for claims beside the lanes, read with them.</summary>
/// <param name="Version">The number of all these settings: a claim by others takes nothing.</param>
/// <param name="HasLimited">Whether any job ever named a limit key.</param>
/// <param name="LimitedQueues">The limited queues, and the numbers of their keys.</param>
/// <param name="LimitedTypes">The limited types, and the numbers of their keys.</param>
internal sealed record LaneSettings(long Version, bool HasLimited, IReadOnlyDictionary<int, int> LimitedQueues, IReadOnlyDictionary<int, int> LimitedTypes)
{
    public static readonly LaneSettings None = new(0, HasLimited: false, FrozenDictionary<int, int>.Empty, FrozenDictionary<int, int>.Empty);
}
