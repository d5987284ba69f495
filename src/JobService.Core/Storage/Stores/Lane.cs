namespace JobService.Core.Storage.Stores;

/// <summary>Where ready jobs of one queue and one rank wait. Rank is 9 − priority, and 100 more for suspects.</summary>
internal readonly record struct Lane(int QueueId, short Rank, string QueueName, bool IsPaused, int Weight)
{
    private const int SuspectRank = 100;

    public bool IsForSuspects => Rank >= SuspectRank;
}
