using JobService.Core.Claiming;
using JobService.Core.Limits;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Claims jobs of limited keys, in a transaction: it locks the keys, then counts what runs under them in a second statement, then takes what fits. Between keys that nobody
/// claims under there is no waiting: those that another claim holds are left to it. What it takes ends as any other job does, and counts no more from then on.
/// </summary>
internal sealed class LimitedClaims(LaneDirectory lanes)
{
    /// <summary>Jobs that came since the last look; those beyond are found by the next.</summary>
    private const int MaxArrivals = 5_000;

    /// <summary>From there on the wait grows no more.</summary>
    private const int MaxMisses = 8;

    private static readonly string EnterClaim = SqlText.Read("enter_claim");
    private static readonly string LockLimitKeys = SqlText.Read("lock_limit_keys");
    private static readonly string CountLimitHolds = SqlText.Read("count_limit_holds");
    private static readonly string CountLaneJobs = SqlText.Read("count_lane_jobs");
    private static readonly string ClaimLimitedJobs = SqlText.Read("claim_limited_jobs");
    private static readonly string ReadLastStarts = SqlText.Read("read_last_starts");
    private static readonly string ReadArrivals = SqlText.Read("read_arrivals");
    private static readonly string ReadWaitingLanes = SqlText.Read("read_waiting_lanes");

    /// <summary>How long keys are left to the claim that holds them: about as long as one takes.</summary>
    private static readonly TimeSpan HeldFor = TimeSpan.FromMilliseconds(5);

    /// <summary>A job whose transaction has ended is found by then.</summary>
    private static readonly TimeSpan LongestHeld = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan WhileSettingsChange = TimeSpan.FromMilliseconds(20);

    private readonly LimitedDirectory directory = new(lanes);
    private int turn;

    public LimitedDirectory Directory => directory;

    /// <summary>Parts what is to be looked for into what may be claimed as it is, and what limits are asked for.</summary>
    public ClaimView View(int[] typeIds, ClaimRequest request, LaneChoice choice)
    {
        lock (lanes.Gate)
        {
            var view = new ClaimView(typeIds, request, choice);
            directory.Begin(view.Settings, view.Places);
            var ofQueues = new List<LimitedLane>();
            foreach (var lane in view.Served.Select(chosen => chosen.Lane))
            {
                int[] ofQueue = lane.LimitKey is { } key ? [key] : [];
                if (ofQueue.Length > 0 && view.TypeIds.Length > 0)
                    ofQueues.Add(directory.Meet(lane.QueueId, lane.Rank, lane.QueueId, view.TypeIds, ofQueue));
                foreach (var type in view.LimitedTypeIds)
                    ofQueues.Add(directory.Meet(lane.QueueId, lane.Rank, lane.QueueId, [type], [.. ofQueue, view.Settings.LimitedTypes[type]]));
            }

            view.Quiet = ofQueues.FindAll(lane => !lane.IsActive);
            view.Limited = directory.Select(request);
            return view;
        }
    }

    /// <summary>Looks whether limited jobs came to wait anywhere, in the same breath as something else.</summary>
    public LimitedLook Look(ClaimView view)
    {
        lock (lanes.Gate)
        {
            return new LimitedLook(
                view.Quiet,
                [.. view.Quiet.Select(lane => lane.Cursor.Begin(lanes.Now))],
                view.Settings.HasLimited ? directory.Arrivals.Begin(lanes.Now) : null,
                view.Limited.Count > 0 ? directory.Next : [],
                lanes.Generation)
            {
                IsFirst = view.Settings.HasLimited && directory.Arrivals.IsNew,
            };
        }
    }

    public static void Add(NpgsqlBatch batch, LimitedLook look)
    {
        if (look.Quiet.Count > 0)
        {
            batch.BatchCommands.Add(LimitedRows.FillLanes(new NpgsqlBatchCommand(CountLaneJobs), look.Quiet, look.Scans)
                .With(LimitedRows.TypesOf(look.Quiet)).With(1));
        }

        if (look.Next.Count > 0)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadLastStarts).With(look.Next.SelectMany(lane => lane.KeyIds).Distinct().ToArray()));
        if (look.Arrivals is { } scan)
        {
            batch.BatchCommands.Add(scan.Scan == LaneScan.Full
                ? new NpgsqlBatchCommand(ReadWaitingLanes)
                : new NpgsqlBatchCommand(ReadArrivals).With(scan.AfterSeq).With(MaxArrivals));
        }
    }

    /// <summary>Reads the answer to a look, whose first result the reader stands at.</summary>
    public async Task<IReadOnlyList<(int Place, short Rank)>> ReadAsync(NpgsqlDataReader reader, LimitedLook look, TimeSpan took, CancellationToken cancellationToken)
    {
        if (look.Quiet.Count > 0)
        {
            var (waiting, _, head) = await LimitedRows.ReadCountAsync(reader, look.Quiet.Count, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            lock (lanes.Gate)
            {
                for (var i = 0; i < waiting.Length && look.Generation == lanes.Generation; i++)
                {
                    var (lane, (scan, afterSeq), (jobs, firstSeq)) = (look.Quiet[i], look.Scans[i], waiting[i]);
                    lane.IsActive |= jobs > 0;
                    if (jobs == 0)
                        lane.Cursor.End(scan, afterSeq, lanes.Now, lastSeq: 0, isExhausted: true, head, took);
                    else
                        lane.Cursor.Leave(scan, afterSeq, lanes.Now, firstSeq, took);
                }
            }
        }

        if (look.Next.Count > 0)
        {
            var starts = await LimitedRows.ReadLastStartsAsync(reader, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            lock (lanes.Gate)
            {
                // The key that was served the longest ago counts, as in a claim.
                foreach (var lane in look.Next)
                {
                    var elsewhere = lane.KeyIds.Where(starts.ContainsKey).Select(key => starts[key]).DefaultIfEmpty().Min();
                    if (elsewhere > lane.LastStartedAt)
                        lane.LastStartedAt = elsewhere;
                }
            }
        }

        var came = new List<(int Place, short Rank)>();
        if (look.Arrivals is not { } arrivals)
            return came;

        var (headSeq, lastSeq, count) = (0L, 0L, 0);
        while (await reader.ReadAsync(cancellationToken))
        {
            headSeq = reader.GetInt64(0);
            if (reader.IsDBNull(1))
                continue;
            came.Add((reader.GetInt32(1), reader.GetInt16(2)));
            if (!reader.IsDBNull(3))
                (lastSeq, count) = (Math.Max(lastSeq, reader.GetInt64(3)), count + reader.GetInt32(4));
        }

        lock (lanes.Gate)
        {
            if (look.Generation == lanes.Generation)
                directory.Arrivals.End(arrivals.Scan, arrivals.AfterSeq, lanes.Now, lastSeq, isExhausted: count < MaxArrivals, headSeq, took);
        }

        return came;
    }

    /// <summary>Takes up the lanes that got something and that are this worker's, also where their queue is paused or has no room now: they are not told of again.</summary>
    public async Task MeetAsync(
        NpgsqlConnection connection, NameTable names, ClaimView view, LimitedLook look, IReadOnlyList<(int Place, short Rank)> came, CancellationToken cancellationToken)
    {
        if (came.Count == 0)
            return;

        await names.LimitLanes.LoadAsync(connection, [.. came.Select(lane => lane.Place).Distinct()], cancellationToken);
        var types = view.Request.Types.Select(names.Id).ToHashSet();
        lock (lanes.Gate)
        {
            // What was reset meanwhile may have been of another server.
            if (look.Generation != lanes.Generation)
                return;
            foreach (var (place, rank) in came)
            {
                if (names.LimitLanes.Find(place) is { } lane && types.Contains(lane.TypeId) && lanes.IsAskedFor(view.Request, lane.QueueId))
                    LimitedDirectory.Hear(directory.MeetNamed(place, rank, lane.QueueId, lane.TypeId, lane.KeyIds));
            }
        }
    }

    /// <summary>Whether what a look has found may go before what was to be claimed in the same breath, and was not known of: then it is met first, and nothing is claimed before.</summary>
    public bool IsUrgent(ClaimView view, IReadOnlyList<(int Place, short Rank)> came)
    {
        if (view.UrgentBelow is not { } bound)
            return false;
        lock (lanes.Gate)
        {
            if (view.Quiet.Any(lane => lane.IsActive && lane.Rank < bound))
                return true;
            var urgent = came.Where(lane => lane.Rank < bound).ToArray();
            return urgent.Length > 0 && !directory.Known().IsSupersetOf(urgent);
        }
    }

    /// <summary>Leaves the lanes that were chosen to the next claim.</summary>
    public void PutBack(ClaimView view)
    {
        lock (lanes.Gate)
        {
            foreach (var lane in view.Limited)
                directory.PutBack(lane);
        }
    }

    /// <summary>What goes before everything else in the transaction of a claim under limits.</summary>
    public static void AddLock(NpgsqlBatch batch, ClaimView view)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand(EnterClaim).With(view.Settings.Version).With(view.Settings.NewestLane));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockLimitKeys).With(view.Limited.SelectMany(lane => lane.KeyIds).Distinct().Order().ToArray()));
    }

    /// <summary>Where the lanes stand of whose keys none is held by another claim; to be asked once those are locked.</summary>
    public async Task<LimitedChoice> StandAsync(
        NpgsqlConnection connection, ClaimView view, Dictionary<int, KeyStanding> locked, HashSet<int> free, CancellationToken cancellationToken)
    {
        LimitedLane[] open;
        (LaneScan Scan, long AfterSeq)[] scans;
        lock (lanes.Gate)
        {
            foreach (var lane in view.Limited.Where(lane => !IsOurs(lane)))
                directory.Close(lane, HeldFor, keyIds: []);
            open = [.. view.Limited.Where(IsOurs)];
            scans = [.. open.Select(lane => lane.Cursor.Begin(lanes.Now))];
        }

        var choice = new LimitedChoice(open, scans, lanes.Generation);
        if (open.Length == 0)
            return choice;

        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(CountLimitHolds).With(locked.Where(key => key.Value.MaxRunning is not null).Select(key => key.Key).ToArray()));
        batch.BatchCommands.Add(LimitedRows.FillLanes(new NpgsqlBatchCommand(CountLaneJobs), open, scans)
            .With(LimitedRows.TypesOf(open)).With(view.Request.MaxJobs));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            locked[reader.GetInt32(0)] = locked[reader.GetInt32(0)] with { Running = reader.GetInt32(1), LastStartedAt = reader.InstantOrNull(2) };
        await reader.NextResultAsync(cancellationToken);
        var (waiting, now, head) = await LimitedRows.ReadCountAsync(reader, open.Length, cancellationToken);

        choice.Know(locked, waiting, now, head);
        return choice;

        bool IsOurs(LimitedLane lane) => Array.TrueForAll(lane.KeyIds, key => locked.ContainsKey(key) || free.Contains(key));
    }

    /// <summary>Opens what the keys had closed that this claim sees to be open again: something ended elsewhere.</summary>
    /// <param name="view">Where the claim looks.</param>
    /// <param name="choice">What it has locked.</param>
    /// <param name="turn">What it would take first of that.</param>
    /// <returns>Whether there was any, which may go before what comes behind that turn; and whether some goes before the turn itself, so that it must not be taken.</returns>
    public (bool HasOpened, bool IsOvertaking) Open(ClaimView view, LimitedChoice choice, LimitedTurn? turn)
    {
        var keys = choice.OpenKeys();
        if (keys.Count == 0)
            return (false, false);
        var places = view.Places;
        lock (lanes.Gate)
        {
            var opened = directory.OpenUnder(keys, places).Where(lane => view.Request.AllowSuspect || lane.Rank < Lane.SuspectRank).ToArray();
            return (opened.Length > 0, Array.Exists(opened, lane => turn is null || (lane.QueueId == turn.Queue
                ? LimitedTurn.Order(lane.Rank).CompareTo(LimitedTurn.Order(turn.Rank)) < 0
                : places[lane.QueueId] < places[turn.Queue])));
        }
    }

    /// <summary>Whether those without limits come first this time, where they are as good: every other time.</summary>
    public bool TakeTurn() => Interlocked.Increment(ref turn) % 2 == 0;

    /// <summary>Whether a lane without limits is claimed from before what was chosen: its queue comes before, or it is of a better rank, or as good and it is its turn.</summary>
    /// <param name="chosen">What was chosen.</param>
    /// <param name="view">Where the claim looks.</param>
    /// <param name="isTheirTurn">Whether those without limits come first where they are as good.</param>
    public static Predicate<Lane> GoesBefore(LimitedTurn? chosen, ClaimView view, bool isTheirTurn)
    {
        if (chosen is null)
            return _ => true;
        var places = view.Places;
        return lane => lane.QueueId == chosen.Queue
            ? LimitedTurn.Order(lane.Rank).CompareTo(LimitedTurn.Order(chosen.Rank)) is var order && (order < 0 || (order == 0 && isTheirTurn))
            : places[lane.QueueId] < places[chosen.Queue];
    }

    /// <summary>The statement that takes what was chosen.</summary>
    public static NpgsqlBatchCommand ClaimCommand(ClaimRequest request, LimitedChoice choice, LimitedTurn chosen, Guid firstId, Guid endId)
    {
        int[] taken = [.. Enumerable.Range(0, choice.Lanes.Length).Where(i => chosen.Takes[i] > 0)];
        var keys = taken.SelectMany((i, place) => choice.LimitedKeys(i).Select(key => (Place: place + 1, Key: key))).ToArray();
        var from = Array.ConvertAll(taken, i => choice.Lanes[i]);
        return LimitedRows.FillLanes(new NpgsqlBatchCommand(ClaimLimitedJobs), from, Array.ConvertAll(taken, i => choice.Scans[i]))
            .With(Array.ConvertAll(taken, i => chosen.Takes[i]))
            .With(LimitedRows.TypesOf(from))
            .With(request.Worker.Value)
            .With(firstId)
            .With(endId)
            .With(Array.ConvertAll(keys, key => key.Place))
            .With(Array.ConvertAll(keys, key => key.Key));
    }

    /// <summary>Learns from a claim where the lanes stand, and which keys let nothing through.</summary>
    public void Observe(ClaimView view, LimitedChoice choice, LimitedTurn? chosen, IReadOnlyList<ClaimedRow> claimed, TimeSpan took)
    {
        lock (lanes.Gate)
        {
            if (choice.Generation != lanes.Generation)
                return;

            for (var i = 0; i < choice.Lanes.Length; i++)
            {
                var (lane, scan, jobs) = (choice.Lanes[i], choice.Scans[i], choice.Jobs[i]);
                var takes = chosen?.Takes[i] ?? 0;
                directory.PutBack(lane);
                lane.LastStartedAt = choice.LastStartedAt(i);
                var lastSeq = takes == 0 ? 0 : claimed
                    .Where(row => row.QueueId == lane.Place && row.Rank == lane.Rank && lane.TypeIds.Contains(row.TypeId))
                    .Max(row => (long?)row.LeaseToken) ?? 0;
                if (jobs == 0)
                {
                    lane.Cursor.End(scan.Scan, scan.AfterSeq, lanes.Now, lastSeq: 0, isExhausted: true, choice.Head, took);
                    lane.Misses = 0;
                    directory.Empty(lane);
                }
                else if (lastSeq > 0)
                {
                    lane.Cursor.End(scan.Scan, scan.AfterSeq, lanes.Now, lastSeq, isExhausted: false, choice.Head, took);
                    lane.LastStartedAt = choice.At;
                    lane.Misses = 0;
                }
                else if (takes > 0)
                {
                    // Someone else is about to take or to change them; or holds them in a transaction that stays open.
                    lane.Cursor.Leave(scan.Scan, scan.AfterSeq, lanes.Now, choice.FirstSeqs[i], took);
                    directory.Close(lane, HeldFor * Math.Pow(2, lane.Misses) is var held && held < LongestHeld ? held : LongestHeld, keyIds: []);
                    lane.Misses = Math.Min(lane.Misses + 1, MaxMisses);
                }
                else
                {
                    lane.Cursor.Leave(scan.Scan, scan.AfterSeq, lanes.Now, choice.FirstSeqs[i], took);
                    if (choice.Closed(i) is var (opensIn, keyIds))
                        directory.Close(lane, opensIn, keyIds);
                }
            }

            // One that waits for its limit, and has no other jobs, holds no other queue's turn up.
            var plain = view.Lanes.Select(chosen => chosen.Lane.QueueId).ToHashSet();
            foreach (var id in choice.Lanes.Select(lane => lane.QueueId).Distinct())
            {
                var queue = view.Queue(id);
                lanes.Order.Observe(queue.Scope, [new QueueYield(id, queue.Weight, id == chosen?.Queue ? claimed.Count : 0, directory.IsOpen(id) || (plain.Contains(id) && lanes.HasBacklog(id)))]);
            }
        }
    }

    /// <summary>Leaves everything alone for a moment: settings are being changed.</summary>
    public void Wait(ClaimView view)
    {
        lock (lanes.Gate)
        {
            foreach (var lane in view.Limited)
                directory.Close(lane, WhileSettingsChange, keyIds: []);
        }
    }
}
