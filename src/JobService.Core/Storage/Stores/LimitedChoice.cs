using JobService.Core.Limits;

namespace JobService.Core.Storage.Stores;

/// <summary>What one claim may choose from: lanes whose limited keys it has locked.</summary>
/// <param name="lanes">The lanes.</param>
/// <param name="scans">How far back it looks in each.</param>
/// <param name="generation">Of the lanes when it began.</param>
/// <param name="ends">What <see cref="LimitedDirectory.Ends"/> was when it counted what runs; null where something may have been counted that ends just then.</param>
internal sealed class LimitedChoice(LimitedLane[] lanes, (LaneScan Scan, long AfterSeq)[] scans, int generation, int? ends)
{
    /// <summary>How long keys that are full are left alone, unless something ends here: elsewhere something may.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    private Dictionary<int, KeyStanding> keys = [];
    private int[] waiting = new int[lanes.Length];

    public LimitedLane[] Lanes { get; private set; } = lanes;

    public (LaneScan Scan, long AfterSeq)[] Scans { get; private set; } = scans;

    public int Generation => generation;

    public int? Ends => ends;

    /// <summary>The seq of the first job that waited in each lane; 0 where there was none.</summary>
    public long[] FirstSeqs { get; private set; } = new long[lanes.Length];

    /// <summary>How many jobs were to be taken of each lane so far.</summary>
    public int[] Takes { get; } = new int[lanes.Length];

    /// <summary>How many were: others may hold some.</summary>
    public int[] Started { get; } = new int[lanes.Length];

    /// <summary>The seq of the last of these; 0 where there is none.</summary>
    public long[] LastSeqs { get; } = new long[lanes.Length];

    /// <summary>How long taking them took.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>When that was counted, by the database's clock.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>The same, by the clock of the directory.</summary>
    public TimeSpan CountedAt { get; private set; }

    /// <summary>The head of the sequence when that was counted.</summary>
    public long Head { get; private set; }

    /// <summary>
    /// Takes in where they stand, and puts those of a queue and a rank first of which nothing has started for the longest, wherever that was. Of several keys the one
    /// counts that was served the longest ago.
    /// </summary>
    public void Know(Dictionary<int, KeyStanding> standings, (int Jobs, long FirstSeq)[] counts, DateTimeOffset at, TimeSpan countedAt, long head)
    {
        (keys, At, CountedAt, Head) = (standings, at, countedAt, head);
        int[] order = [.. Enumerable.Range(0, Lanes.Length).GroupBy(i => (Lanes[i].QueueId, Lanes[i].Rank)).SelectMany(ofQueue => ofQueue.OrderBy(LastStartedAt))];
        (Lanes, Scans) = ([.. order.Select(i => Lanes[i])], [.. order.Select(i => Scans[i])]);
        (waiting, FirstSeqs) = ([.. order.Select(i => counts[i].Jobs)], [.. order.Select(i => counts[i].FirstSeq)]);
    }

    /// <summary>What is to be taken next beside what was claimed; null where nothing is, or there is no room.</summary>
    public LimitedTurn? Next(ClaimView view, ClaimedJobs claimed)
    {
        var slots = view.Request.MaxJobs - claimed.Count;
        return slots <= 0 ? null : LimitedTurn.Next(
            [.. Lanes.Select((lane, i) => new WaitingLane(lane.QueueId, lane.Rank, Math.Min(waiting[i], view.Room(lane.QueueId)), LimitedKeys(i)))],
            keys,
            queue => Math.Min(slots, view.Room(queue)),
            view.Request.AllowSuspect && !claimed.HasSuspect,
            At);
    }

    /// <summary>Notes what was taken, so that it can be asked for the next turn.</summary>
    /// <param name="turn">What was to be taken.</param>
    /// <param name="got">What was.</param>
    /// <param name="took">How long that took.</param>
    public void Take(LimitedTurn turn, IReadOnlyList<ClaimedRow> got, TimeSpan took)
    {
        Took += took;
        for (var i = 0; i < Lanes.Length; i++)
        {
            if (turn.Takes[i] == 0)
                continue;
            var seqs = got.Where(row => Lanes[i].Has(row)).Select(row => row.LeaseToken).ToArray();

            // A statement that got fewer has seen all that nobody holds.
            waiting[i] = seqs.Length < turn.Takes[i] ? 0 : waiting[i] - turn.Takes[i];
            Takes[i] += turn.Takes[i];
            Started[i] += seqs.Length;
            LastSeqs[i] = seqs.Append(LastSeqs[i]).Max();
            if (seqs.Length == 0)
                continue;
            foreach (var key in LimitedKeys(i))
                keys[key] = keys[key] with { Running = keys[key].Running + seqs.Length, Pace = keys[key].Pace?.After(seqs.Length, At) };
        }
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
