namespace JobService.Core.Storage.Stores;

/// <summary>
/// Where claims of one lane begin. Rows become visible out of the order of their seq, since a transaction draws it before it
/// commits; starting at the head each time would find every row, but wade through every dead one. So most scans start at a
/// remembered position and others look further back, the rarer the further. Nothing is left behind longer than a full sweep.
/// </summary>
/// <remarks>
/// Tail: where the last scan ended; only while the lane is full. Late: where it stood 250 ms ago, for commits that overlapped.
/// Warm: once a second, where it stood 30 s ago, for slow transactions. Full: from the start, at first, after a reset. Both paced.
/// Several scans may be under way. Not safe for several threads.
/// </remarks>
internal sealed class LaneCursor
{
    private static readonly TimeSpan LateLag = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WarmLag = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WarmEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FullEveryWhenEmpty = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FullEveryWhenBusy = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WarmAtLeastEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FullAtLeastEvery = TimeSpan.FromMinutes(1);

    /// <summary>Warm scans, and full ones, take one part in so many of the time, unless that were too rare: while a snapshot is held they wade through all that died since.</summary>
    private const int Pace = 20;

    private readonly LaggingPosition late = new(LateLag);
    private readonly LaggingPosition warm = new(WarmLag);

    private long position;
    private bool isEmpty;
    private (TimeSpan At, TimeSpan Took) lastWarm;
    private (TimeSpan At, TimeSpan Took)? lastFull;
    private TimeSpan? fullBegan;

    /// <summary>Whether the last scan stopped at its share: then there may be more.</summary>
    public bool IsBacklogged { get; private set; }

    /// <summary>Whether it has never been looked at from the start.</summary>
    public bool IsNew => lastFull is null;

    /// <summary>Begins a scan.</summary>
    /// <param name="now">A time of a clock that never steps back.</param>
    /// <returns>How far back it looks, and the seq after which that is.</returns>
    public (LaneScan Scan, long AfterSeq) Begin(TimeSpan now)
    {
        var isLateDue = late.Advance(now, position);
        warm.Advance(now, position);
        var scan = IsFullDue(now) ? LaneScan.Full
            : IsWarmDue(now) ? LaneScan.Warm
            : IsBacklogged && !isLateDue ? LaneScan.Tail
            : LaneScan.Late;
        if (scan is LaneScan.Full)
            fullBegan = now;
        return (scan, scan switch
        {
            LaneScan.Full => 0,
            LaneScan.Warm => Math.Min(position, warm.Position),
            LaneScan.Late => Math.Min(position, late.Position),
            _ => position,
        });
    }

    /// <summary>Gives up a scan that was begun and saw nothing of the lane, as the claim was full before, or took nothing at all: what it was to look for is still to be looked for.</summary>
    public void GiveUp(LaneScan scan)
    {
        if (scan is LaneScan.Full)
            fullBegan = null;
    }

    /// <summary>Ends a scan that was begun, and has found jobs that it left where they are: the next one begins with these.</summary>
    /// <param name="scan">What was begun.</param>
    /// <param name="afterSeq">Where.</param>
    /// <param name="now">When it ended, by the same clock.</param>
    /// <param name="firstSeq">The lowest seq of what it found.</param>
    /// <param name="took">How long it took.</param>
    public void Leave(LaneScan scan, long afterSeq, TimeSpan now, long firstSeq, TimeSpan took) =>
        End(scan, afterSeq, now, lastSeq: firstSeq - 1, isExhausted: false, headSeq: firstSeq, took);

    /// <summary>Ends a scan that was begun.</summary>
    /// <param name="scan">What was begun.</param>
    /// <param name="afterSeq">Where.</param>
    /// <param name="now">When it ended, by the same clock.</param>
    /// <param name="lastSeq">The highest seq it took; 0 for none.</param>
    /// <param name="isExhausted">Whether it saw everything there was, rather than stopping at its share.</param>
    /// <param name="headSeq">The highest seq that anyone had drawn when it began.</param>
    /// <param name="took">How long it took.</param>
    public void End(LaneScan scan, long afterSeq, TimeSpan now, long lastSeq, bool isExhausted, long headSeq, TimeSpan took)
    {
        if (scan is LaneScan.Full)
            (lastFull, lastWarm) = ((now, took), (now, lastWarm.Took));
        if (scan is LaneScan.Warm)
            lastWarm = (now, took);

        // Another scan has meanwhile stopped at its share, further back than this one began: there is more to find in between.
        if (IsBacklogged && position < afterSeq)
            return;

        // A scan that stopped at its share goes on from there, also where that is further back than the lane stood before.
        position = isExhausted ? Math.Max(headSeq, lastSeq) : lastSeq;
        IsBacklogged = !isExhausted;
        isEmpty = lastSeq == 0;
    }

    private bool IsWarmDue(TimeSpan now) => IsDue(lastWarm, WarmEvery, WarmAtLeastEvery, now);

    /// <summary>While one is under way, by another claim, none begins.</summary>
    private bool IsFullDue(TimeSpan now) =>
        (fullBegan is not { } began || now - began >= FullEveryWhenEmpty)
        && (lastFull is not { } last || IsDue(last, isEmpty ? FullEveryWhenEmpty : FullEveryWhenBusy, FullAtLeastEvery, now));

    private static bool IsDue((TimeSpan At, TimeSpan Took) last, TimeSpan every, TimeSpan atLeastEvery, TimeSpan now)
    {
        var pace = Pace * last.Took;
        return now - last.At >= (pace < every ? every : pace < atLeastEvery ? pace : atLeastEvery);
    }
}
