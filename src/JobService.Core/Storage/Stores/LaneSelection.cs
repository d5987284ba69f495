namespace JobService.Core.Storage.Stores;

/// <summary>The lanes one claim scans, as the arrays of <c>claim_jobs.sql</c>, and what it learns of them.</summary>
internal sealed class LaneSelection
{
    private readonly LaneDirectory directory;
    private readonly IReadOnlyList<Lane> lanes;

    public LaneSelection(LaneDirectory directory, IReadOnlyList<Lane> lanes, int maxJobs)
    {
        this.directory = directory;
        this.lanes = lanes;
        QueueIds = [.. lanes.Select(lane => lane.QueueId)];
        Ranks = [.. lanes.Select(lane => lane.Rank)];
        AfterSeqs = [.. lanes.Select(lane => directory.Cursor(lane).Begin(directory.Now))];
        MaxJobs = [.. lanes.Select(lane => lane.IsForSuspects ? 1 : maxJobs)];
    }

    public int[] QueueIds { get; }

    public short[] Ranks { get; }

    public long[] AfterSeqs { get; }

    public int[] MaxJobs { get; }

    /// <summary>Moves the cursors of the lanes that were scanned. Those behind the one that filled the claim were not.</summary>
    public void Observe(IReadOnlyCollection<ClaimedRow> claimed, int maxJobs, long headSeq, TimeSpan took)
    {
        var found = claimed
            .GroupBy(row => (row.QueueId, row.Rank))
            .ToDictionary(group => group.Key, group => (Count: group.Count(), LastSeq: group.Max(row => row.LeaseToken)));
        var total = 0;
        for (var i = 0; i < lanes.Count && total < maxJobs; i++)
        {
            var (count, lastSeq) = found.GetValueOrDefault((lanes[i].QueueId, lanes[i].Rank));
            total += count;
            directory.Cursor(lanes[i]).End(directory.Now, lastSeq, isExhausted: count < MaxJobs[i] && total < maxJobs, headSeq, took);
        }
    }
}
