using System.Runtime.InteropServices;

namespace JobService.Core.Storage.Stores;

/// <summary>The lanes one claim scans, as the arrays of <c>claim_jobs.sql</c>, and what it learns of them.</summary>
internal sealed class LaneSelection
{
    private readonly LaneDirectory directory;
    private readonly IReadOnlyList<Lane> lanes;
    private readonly LaneScan[] scans;
    private readonly int generation;

    /// <summary>Begins the scans, under the gate of the directory.</summary>
    public LaneSelection(LaneDirectory directory, IReadOnlyList<Lane> lanes, int maxJobs)
    {
        this.directory = directory;
        this.lanes = lanes;
        generation = directory.Generation;
        QueueIds = [.. lanes.Select(lane => lane.QueueId)];
        Ranks = [.. lanes.Select(lane => lane.Rank)];
        MaxJobs = [.. lanes.Select(lane => lane.IsForSuspects ? 1 : maxJobs)];
        (scans, AfterSeqs) = (new LaneScan[lanes.Count], new long[lanes.Count]);
        for (var i = 0; i < lanes.Count; i++)
            (scans[i], AfterSeqs[i]) = directory.Cursor(lanes[i]).Begin(directory.Now);
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
        var yields = new Dictionary<(int QueueId, short Rank), LaneYield>();
        foreach (var row in claimed)
        {
            ref var lane = ref CollectionsMarshal.GetValueRefOrAddDefault(yields, (row.QueueId, row.Rank), out _);
            lane = new LaneYield(lane.Count + 1, Math.Max(lane.LastSeq, row.LeaseToken));
        }

        lock (directory.Gate)
        {
            // What was reset meanwhile knows nothing of these scans: they may have been of another server.
            if (generation != directory.Generation)
                return;

            var (total, hasSuspect) = (0, false);
            for (var i = 0; i < lanes.Count && total < maxJobs; i++)
            {
                if (lanes[i].IsForSuspects && hasSuspect)
                    continue;

                var lane = yields.GetValueOrDefault((lanes[i].QueueId, lanes[i].Rank));
                total += lane.Count;
                hasSuspect |= lanes[i].IsForSuspects && lane.Count > 0;
                directory.Cursor(lanes[i]).End(
                    scans[i], AfterSeqs[i], directory.Now, lane.LastSeq, isExhausted: lane.Count < MaxJobs[i] && total < maxJobs, headSeq, took);
            }
        }
    }
}
