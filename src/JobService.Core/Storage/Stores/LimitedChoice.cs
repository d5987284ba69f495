using JobService.Core.Limits;

namespace JobService.Core.Storage.Stores;

/// <summary>What one claim may choose from: lanes whose limited keys it has locked.</summary>
internal sealed class LimitedChoice(LimitedLane[] lanes, (LaneScan Scan, long AfterSeq)[] scans, int generation)
{
    /// <summary>How long keys that are full are left alone, unless something ends here: elsewhere something may.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    private IReadOnlyDictionary<int, KeyStanding> keys = new Dictionary<int, KeyStanding>();

    public LimitedLane[] Lanes { get; private set; } = lanes;

    public (LaneScan Scan, long AfterSeq)[] Scans { get; private set; } = scans;

    public int Generation => generation;

    /// <summary>How many jobs wait in each lane.</summary>
    public int[] Jobs { get; private set; } = new int[lanes.Length];

    /// <summary>The seq of the first of them; 0 where there is none.</summary>
    public long[] FirstSeqs { get; private set; } = new long[lanes.Length];

    /// <summary>When that was counted, by the database's clock.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>The head of the sequence when that was counted.</summary>
    public long Head { get; private set; }

    /// <summary>
    /// Takes in where they stand, and puts those of a queue and a rank first of which nothing has started for the longest, wherever that was. Of several keys the one
    /// counts that was served the longest ago.
    /// </summary>
    public void Know(IReadOnlyDictionary<int, KeyStanding> standings, (int Jobs, long FirstSeq)[] waiting, DateTimeOffset at, long head)
    {
        (keys, At, Head) = (standings, at, head);
        int[] order = [.. Enumerable.Range(0, Lanes.Length).GroupBy(i => (Lanes[i].QueueId, Lanes[i].Rank)).SelectMany(ofQueue => ofQueue.OrderBy(LastStartedAt))];
        (Lanes, Scans) = ([.. order.Select(i => Lanes[i])], [.. order.Select(i => Scans[i])]);
        (Jobs, FirstSeqs) = ([.. order.Select(i => waiting[i].Jobs)], [.. order.Select(i => waiting[i].FirstSeq)]);
    }

    public LimitedTurn? Next(ClaimView view, int slots, bool allowSuspect) => LimitedTurn.Next(
        [.. Lanes.Select((lane, i) => new WaitingLane(lane.QueueId, lane.Rank, Math.Min(Jobs[i], view.Room(lane.QueueId)), LimitedKeys(i)))],
        keys,
        queue => Math.Min(slots, view.Room(queue)),
        allowSuspect,
        At);

    /// <summary>Notes what a turn has taken, so that the next may be asked for.</summary>
    public void Take(LimitedTurn turn)
    {
        var left = new Dictionary<int, KeyStanding>(keys);
        var jobs = (int[])Jobs.Clone();
        for (var i = 0; i < Lanes.Length; i++)
        {
            jobs[i] -= turn.Takes[i];
            foreach (var key in LimitedKeys(i))
                left[key] = left[key] with { Running = left[key].Running + turn.Takes[i], Pace = turn.Takes[i] > 0 ? left[key].Pace?.After(turn.Takes[i], At) : left[key].Pace };
        }

        (keys, Jobs) = (left, jobs);
    }

    /// <summary>When something of a lane was last started, as far as is known.</summary>
    public DateTimeOffset LastStartedAt(int lane)
    {
        var elsewhere = LimitedKeys(lane).Select(key => keys[key].LastStartedAt ?? DateTimeOffset.MinValue).DefaultIfEmpty().Min();
        return elsewhere > Lanes[lane].LastStartedAt ? elsewhere : Lanes[lane].LastStartedAt;
    }

    /// <summary>The limited keys that let something through.</summary>
    public IReadOnlySet<int> OpenKeys() => keys.Where(key => key.Value.Room(At) > 0).Select(key => key.Key).ToHashSet();

    /// <summary>The keys of a lane that are limited.</summary>
    public int[] LimitedKeys(int lane) => Array.FindAll(Lanes[lane].KeyIds, keys.ContainsKey);

    /// <summary>After how long it is worth looking at a lane again, and which of its keys let nothing through; null where all had room.</summary>
    public (TimeSpan OpensIn, int[] KeyIds)? Closed(int lane)
    {
        var full = Array.FindAll(LimitedKeys(lane), key => keys[key].Room(At) == 0);
        if (full.Length == 0)
            return null;
        var opensIn = full.Max(key => keys[key] is { IsPaused: false, Pace: { } pace } standing && (standing.MaxRunning is null || standing.Running < standing.MaxRunning)
            ? pace.OpensAt(At) - At
            : LookAgainAfter);
        return (opensIn < LookAgainAfter ? opensIn : LookAgainAfter, full);
    }
}
