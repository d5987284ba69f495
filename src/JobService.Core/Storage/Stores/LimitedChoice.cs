using JobService.Core.Limits;

namespace JobService.Core.Storage.Stores;

/// <summary>What one claim may choose from: lanes whose limited keys it has locked.</summary>
internal sealed class LimitedChoice(LimitedLane[] lanes, (LaneScan Scan, long AfterSeq)[] scans, int generation)
{
    /// <summary>How long keys that are full are left alone, unless something ends here: elsewhere something may.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    private IReadOnlyDictionary<int, KeyStanding> keys = new Dictionary<int, KeyStanding>();
    private DateTimeOffset now;

    public LimitedLane[] Lanes => lanes;

    public (LaneScan Scan, long AfterSeq)[] Scans => scans;

    public int Generation => generation;

    /// <summary>How many jobs wait in each lane.</summary>
    public int[] Jobs { get; private set; } = new int[lanes.Length];

    /// <summary>The head of the sequence when that was counted.</summary>
    public long Head { get; private set; }

    public void Know(IReadOnlyDictionary<int, KeyStanding> standings, int[] jobs, DateTimeOffset at, long head) =>
        (keys, Jobs, now, Head) = (standings, jobs, at, head);

    public LimitedTurn? Next(ClaimView view, int slots, bool allowSuspect) => LimitedTurn.Next(
        [.. lanes.Select((lane, i) => new WaitingLane(lane.QueueId, lane.Rank, Math.Min(Jobs[i], view.Room(lane.QueueId)), LimitedKeys(i)))],
        keys,
        queue => Math.Min(slots, view.Room(queue)),
        allowSuspect,
        now);

    /// <summary>Notes what a turn has taken, so that the next may be asked for.</summary>
    public void Take(LimitedTurn turn)
    {
        var left = new Dictionary<int, KeyStanding>(keys);
        var jobs = (int[])Jobs.Clone();
        for (var i = 0; i < lanes.Length; i++)
        {
            jobs[i] -= turn.Takes[i];
            foreach (var key in LimitedKeys(i))
                left[key] = left[key] with { Running = left[key].Running + turn.Takes[i], Pace = turn.Takes[i] > 0 ? left[key].Pace?.After(turn.Takes[i], now) : left[key].Pace };
        }

        (keys, Jobs) = (left, jobs);
    }

    /// <summary>The keys of a lane that are limited.</summary>
    public int[] LimitedKeys(int lane) => Array.FindAll(lanes[lane].KeyIds, keys.ContainsKey);

    /// <summary>After how long it is worth looking at a lane again; null where its keys had room.</summary>
    public TimeSpan? OpensIn(int lane)
    {
        TimeSpan? opensIn = null;
        foreach (var key in LimitedKeys(lane))
        {
            if (keys[key].Room(now) > 0)
                continue;
            var wait = keys[key] is { IsPaused: false, Pace: { } pace } standing && (standing.MaxRunning is null || standing.Running < standing.MaxRunning)
                ? pace.OpensAt(now) - now
                : LookAgainAfter;
            opensIn = opensIn > wait ? opensIn : wait;
        }

        return opensIn < LookAgainAfter ? opensIn : opensIn is null ? null : LookAgainAfter;
    }
}
