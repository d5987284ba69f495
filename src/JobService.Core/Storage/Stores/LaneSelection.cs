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

    /// <summary>
    /// Moves the cursors of the lanes that were scanned: not of those behind the one that filled the claim, and of the suspects' lanes
    /// not those behind the first that had one.
    /// </summary>
    public void Observe(IReadOnlyList<ClaimedRow> claimed, int maxJobs, long headSeq, TimeSpan took)
    {
        var found = new Dictionary<(int QueueId, short Rank), (int Count, long LastSeq)>();
        foreach (var row in claimed)
        {
            var (count, lastSeq) = found.GetValueOrDefault((row.QueueId, row.Rank));
            found[(row.QueueId, row.Rank)] = (count + 1, Math.Max(lastSeq, row.LeaseToken));
        }

        var (total, hasSuspect) = (0, false);
        for (var i = 0; i < lanes.Count && total < maxJobs; i++)
        {
            if (lanes[i].IsForSuspects && hasSuspect)
                continue;

            var (count, lastSeq) = found.GetValueOrDefault((lanes[i].QueueId, lanes[i].Rank));
            total += count;
            hasSuspect |= lanes[i].IsForSuspects && count > 0;
            directory.Cursor(lanes[i]).End(directory.Now, lastSeq, isExhausted: count < MaxJobs[i] && total < maxJobs, headSeq, took);
        }
    }
}
