using JobService.Core.Limits;
using JobService.Core.Queues;

namespace JobService.Core.Storage.Stores;

/// <summary>Where ready jobs of one queue and one rank wait. Rank is 9 − priority, and 100 more for suspects.</summary>
internal readonly record struct Lane(int QueueId, short Rank, string QueueName)
{
    public const int SuspectRank = LimitedTurn.SuspectRank;

    /// <summary>Whether nothing of its queue may be claimed.</summary>
    public bool IsPaused { get; init; }

    /// <summary>The weight of its queue.</summary>
    public int Weight { get; init; } = QueueSettings.DefaultWeight;

    /// <summary>The number of the limit key of its queue; null where that is not limited.</summary>
    public int? LimitKey { get; init; }

    public bool IsForSuspects => Rank >= SuspectRank;
}
