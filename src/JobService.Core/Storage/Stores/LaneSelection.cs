using System.Runtime.InteropServices;
using JobService.Core.Claiming;

namespace JobService.Core.Storage.Stores;

/// <summary>The lanes one claim scans, as the arrays of <c>claim_jobs.sql</c>, and what it learns of them.</summary>
internal sealed class LaneSelection
{
    private readonly LaneDirectory directory;
    private readonly IReadOnlyList<ChosenLane> lanes;
    private readonly LaneScan[] scans;
    private readonly Dictionary<(int QueueId, short Rank), LaneYield> yields = [];
    private readonly int generation;

    /// <summary>Begins the scans, under the gate of the directory.</summary>
    public LaneSelection(LaneDirectory directory, LaneChoice choice, int maxJobs)
    {
        this.directory = directory;
        lanes = choice.Lanes;
        generation = directory.Generation;
        QueueIds = [.. lanes.Select(chosen => chosen.Lane.QueueId)];
        Ranks = [.. lanes.Select(chosen => chosen.Lane.Rank)];
        MaxJobs = [.. lanes.Select(chosen => chosen.Lane.IsForSuspects ? 1 : maxJobs)];
        Shares = [.. lanes.Select(chosen => chosen.Share)];
        Rooms = [.. choice.Rooms];
        (scans, AfterSeqs) = (new LaneScan[lanes.Count], new long[lanes.Count]);
        for (var i = 0; i < lanes.Count; i++)
            (scans[i], AfterSeqs[i]) = directory.Cursor(lanes[i].Lane).Begin(directory.Now);
    }

    public int[] QueueIds { get; }

    public short[] Ranks { get; }

    public long[] AfterSeqs { get; }

    public int[] MaxJobs { get; }

    public int[] Shares { get; }

    public int[] Rooms { get; }

    /// <summary>What was claimed of the queue of each lane that gave something.</summary>
    public IEnumerable<(int QueueId, int Jobs)> Yields => yields.Select(lane => (lane.Key.QueueId, lane.Value.Count));

    /// <summary>A job was claimed.</summary>
    public void Add(ClaimedRow row)
    {
        ref var lane = ref CollectionsMarshal.GetValueRefOrAddDefault(yields, (row.QueueId, row.Rank), out _);
        lane = new LaneYield(lane.Count + 1, Math.Max(lane.LastSeq, row.LeaseToken));
    }

    /// <summary>Nothing was scanned.</summary>
    public void GiveUp()
    {
        lock (directory.Gate)
        {
            for (var i = 0; i < lanes.Count && generation == directory.Generation; i++)
                directory.Cursor(lanes[i].Lane).GiveUp(scans[i]);
        }
    }

    /// <summary>
    /// Moves the cursors of the lanes that were scanned, and gives the queues their turns: not those behind the one that filled the claim, or their share of it, and
    /// of the suspects' lanes not those behind the first that had one.
    /// </summary>
    /// <param name="hasLimited">Whether a queue has jobs of limits that could be claimed: they are in other lanes, and the turn of the queue is theirs as well.</param>
    /// <param name="maxJobs">How many jobs the claim could take.</param>
    /// <param name="headSeq">The highest seq that anyone had drawn when it began.</param>
    /// <param name="took">How long it took.</param>
    public void Observe(Predicate<int> hasLimited, int maxJobs, long headSeq, TimeSpan took)
    {
        lock (directory.Gate)
        {
            // What was reset meanwhile knows nothing of these scans: they may have been of another server.
            if (generation != directory.Generation)
                return;

            var (total, hasSuspect, left) = (0, false, (int[])Rooms.Clone());
            var queues = new Dictionary<int, (int Scope, QueueYield Yield)>();
            for (var i = 0; i < lanes.Count; i++)
            {
                var ((lane, weight, scope, share), isForSuspects) = (lanes[i], lanes[i].Lane.IsForSuspects);
                if (total >= maxJobs || (isForSuspects ? hasSuspect : left[share - 1] <= 0))
                {
                    directory.Cursor(lane).GiveUp(scans[i]);
                    continue;
                }

                var found = yields.GetValueOrDefault((lane.QueueId, lane.Rank));
                total += found.Count;
                hasSuspect |= isForSuspects && found.Count > 0;
                if (share > 0)
                    left[share - 1] -= found.Count;
                var isExhausted = found.Count < MaxJobs[i] && total < maxJobs && (isForSuspects || left[share - 1] > 0);
                directory.Cursor(lane).End(scans[i], AfterSeqs[i], directory.Now, found.LastSeq, isExhausted, headSeq, took);

                // Its lanes come one after the other: what the last that was scanned left is what the queue has left.
                var jobs = queues.TryGetValue(lane.QueueId, out var known) ? known.Yield.Jobs : 0;
                queues[lane.QueueId] = (scope, new QueueYield(lane.QueueId, weight, jobs + found.Count, IsBacklogged: (!isForSuspects && !isExhausted) || hasLimited(lane.QueueId)));
            }

            foreach (var scope in queues.Values.GroupBy(queue => queue.Scope, queue => queue.Yield))
                directory.Order.Observe(scope.Key, scope);
        }
    }
}
