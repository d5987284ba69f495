namespace JobService.Core.Storage.Stores;

/// <summary>
/// Jobs of one rank that wait where limits are asked before they are claimed: those of a lane of limited jobs, or those in the lane of a queue that are limited by the
/// queue or by their type.
/// </summary>
/// <param name="Place">What stands in <c>queue_id</c>: the number of a lane of limited jobs, or of the queue itself.</param>
/// <param name="Rank">Their rank.</param>
/// <param name="QueueId">Their queue.</param>
/// <param name="TypeIds">Their types: one, but for those that only their queue limits.</param>
/// <param name="KeyIds">Keys of theirs, limited or not.</param>
internal sealed record LimitedLane(int Place, short Rank, int QueueId, int[] TypeIds, int[] KeyIds)
{
    /// <summary>Those of its keys that its jobs name, of a lane whose jobs name any.</summary>
    public int[] NamedKeyIds { get; init; } = [];

    public LaneCursor Cursor { get; } = new();

    /// <summary>Whether jobs wait in it, as far as is known.</summary>
    public bool IsActive { get; set; }

    /// <summary>When something was last started of it, here or elsewhere, as far as this worker knows; by the database's clock. It is never later than that was.</summary>
    public DateTimeOffset LastStartedAt { get; set; }

    /// <summary>Whether a claim is looking at it that is under way: no other of this worker would get its keys.</summary>
    public bool IsInHand { get; set; }

    /// <summary>Whether jobs were seen to come to it since a claim took it in hand, which may have looked before.</summary>
    public bool IsHeardOf { get; set; }

    /// <summary>How many claims in a row have got none of its jobs, though its keys would have let them through: others hold them.</summary>
    public int Misses { get; set; }

    /// <summary>Until when its keys let nothing through, by the clock of the directory; null where they may.</summary>
    public TimeSpan? ClosedUntil { get; set; }

    /// <summary>Which of them did when that was seen; none where it is left alone for another reason.</summary>
    public int[] ClosedBy { get; set; } = [];

    /// <summary>Whether a job was claimed from it.</summary>
    public bool Has(in ClaimedRow row) => row.QueueId == Place && row.Rank == Rank && TypeIds.Contains(row.TypeId);
}
