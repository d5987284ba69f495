using JobService.Core.Claiming;
using JobService.Core.Limits;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Claims jobs of limited keys, in a transaction: it locks the keys, then counts what runs under them in a second statement, then takes what fits. Between keys that nobody
/// claims under there is no waiting: those that another claim holds are left to it. What it takes ends as any other job does, and counts no more from then on.
/// </summary>
internal sealed class LimitedClaims(LaneDirectory lanes, LimitedDirectory directory, PlainClaims plain, ClaimedDay day, TimeProvider clock)
{
    /// <summary>From there on the wait grows no more.</summary>
    private const int MaxMisses = 8;

    /// <summary>Of one claim: as long as it goes on its keys are locked, and its jobs have not begun.</summary>
    private const int MaxTurns = 16;

    private static readonly string EnterClaim = SqlText.Read("enter_claim");
    private static readonly string LockLimitKeys = SqlText.Read("lock_limit_keys");
    private static readonly string CountLimitHolds = SqlText.Read("count_limit_holds");
    private static readonly string ClaimLimitedJobs = SqlText.Read("claim_limited_jobs");

    /// <summary>How long keys are left to the claim that holds them: about as long as one takes.</summary>
    private static readonly TimeSpan HeldFor = TimeSpan.FromMilliseconds(5);

    /// <summary>A job whose transaction has ended is found by then.</summary>
    private static readonly TimeSpan LongestHeld = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan WhileSettingsChange = TimeSpan.FromMilliseconds(20);

    private int turns;

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
    /// <param name="connection">By which it asks.</param>
    /// <param name="view">Where the claim looks.</param>
    /// <param name="ending">What this exchange ends.</param>
    /// <param name="isSettled">Whether all of that has ended by now.</param>
    /// <param name="locked">The limited keys that are locked.</param>
    /// <param name="free">Those that are not limited.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<LimitedChoice> StandAsync(
        NpgsqlConnection connection,
        ClaimView view,
        EndingUnderLimits ending,
        bool isSettled,
        Dictionary<int, KeyStanding> locked,
        HashSet<int> free,
        CancellationToken cancellationToken)
    {
        LimitedChoice choice;
        lock (lanes.Gate)
        {
            foreach (var lane in view.Limited.Where(lane => !IsOurs(lane)))
                directory.Close(lane, HeldFor, keyIds: []);
            LimitedLane[] open = [.. view.Limited.Where(IsOurs)];
            choice = new LimitedChoice(open, [.. open.Select(lane => lane.Cursor.Begin(lanes.Now))], lanes.Generation, isSettled && ending.IsAlone ? directory.Ends : null);
        }

        if (choice.Lanes.Length == 0)
            return choice;

        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(CountLimitHolds).With(locked.Where(key => key.Value.MaxRunning is not null).Select(key => key.Key).ToArray()));
        batch.BatchCommands.Add(LimitedRows.CountJobs(choice.Lanes, choice.Scans, view.Request.MaxJobs));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            locked[reader.GetInt32(0)] = locked[reader.GetInt32(0)] with { Running = reader.GetInt32(1), LastStartedAt = reader.InstantOrNull(2) };
        await reader.NextResultAsync(cancellationToken);
        var (waiting, now, head) = await LimitedRows.ReadCountAsync(reader, choice.Lanes.Length, cancellationToken);

        choice.Know(locked, waiting, now, lanes.Now, head);
        return choice;

        bool IsOurs(LimitedLane lane) => Array.TrueForAll(lane.KeyIds, key => locked.ContainsKey(key) || free.Contains(key));
    }

    /// <summary>Opens what the keys had closed that this claim sees to be open again: something ended elsewhere.</summary>
    /// <param name="view">Where the claim looks.</param>
    /// <param name="choice">What it has locked.</param>
    /// <param name="turn">What it would take first of that.</param>
    /// <returns>Whether there was any, which may go before what comes behind that turn: suspects, of which one runs at a time, hold up nothing; and whether some goes before the turn itself, so that it must not be taken.</returns>
    public (bool HasOpened, bool IsOvertaking) Open(ClaimView view, LimitedChoice choice, LimitedTurn? turn)
    {
        var keys = choice.OpenKeys();
        if (keys.Count == 0)
            return (false, false);
        var places = view.Places;
        lock (lanes.Gate)
        {
            var opened = directory.OpenUnder(keys, places);
            return (opened.Any(lane => lane.Rank < Lane.SuspectRank), opened.Any(IsBefore));
        }

        bool IsBefore(LimitedLane lane) => (view.Request.AllowSuspect || lane.Rank < Lane.SuspectRank) && (turn is null || (lane.QueueId == turn.Queue
            ? LimitedTurn.Order(lane.Rank).CompareTo(LimitedTurn.Order(turn.Rank)) < 0
            : places[lane.QueueId] < places[turn.Queue]));
    }

    /// <summary>Claims what may be claimed while the keys are locked: turn by turn, and before each of them what goes before it.</summary>
    /// <param name="connection">By which it claims.</param>
    /// <param name="view">Where it looks.</param>
    /// <param name="choice">What it has locked.</param>
    /// <param name="isAll">Whether nothing but that goes before what comes behind the first turn; else the rest waits for the next claim.</param>
    /// <param name="claimed">What it has got.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task ClaimAsync(
        NpgsqlConnection connection, ClaimView view, LimitedChoice choice, bool isAll, ClaimedJobs claimed, CancellationToken cancellationToken)
    {
        // What is taken of others meanwhile is not to count as if these had nothing to be taken.
        lock (lanes.Gate)
            Charge(view, choice, _ => true);

        // Where those without limits are as good, they come first every other time.
        var isTheirTurn = Interlocked.Increment(ref turns) % 2 == 0;
        Predicate<Lane> isDone = _ => false;
        LimitedTurn? turn;
        var left = isAll ? MaxTurns : 1;
        do
        {
            turn = choice.Next(view, claimed);
            var goesBefore = GoesBefore(turn, view, isTheirTurn);
            if (!await plain.ClaimAsync(connection, view, [.. view.Lanes.Where(chosen => goesBefore(chosen.Lane) && !isDone(chosen.Lane))], claimed, cancellationToken))
            {
                claimed.IsCutShort = true;
                break;
            }

            isDone = goesBefore;

            // What went before it may have taken its room, and before another turn there may be something else.
            if (turn is not null && choice.Next(view, claimed) is { } still && (still.Queue, still.Rank) == (turn.Queue, turn.Rank))
                await TakeAsync(connection, view, choice, still, claimed, cancellationToken);
            claimed.IsCutShort = turn is not null && --left == 0;
        }
        while (turn is not null && !claimed.IsCutShort);

        Observe(view, choice);
    }

    /// <summary>Whether a lane without limits is claimed from before what was chosen: its queue comes before, or it is of a better rank, or as good and it is its turn.</summary>
    /// <param name="chosen">What was chosen.</param>
    /// <param name="view">Where the claim looks.</param>
    /// <param name="isTheirTurn">Whether those without limits come first where they are as good.</param>
    private static Predicate<Lane> GoesBefore(LimitedTurn? chosen, ClaimView view, bool isTheirTurn)
    {
        if (chosen is null)
            return _ => true;
        var places = view.Places;
        return lane => lane.QueueId == chosen.Queue
            ? LimitedTurn.Order(lane.Rank).CompareTo(LimitedTurn.Order(chosen.Rank)) is var order && (order < 0 || (order == 0 && isTheirTurn))
            : places[lane.QueueId] < places[chosen.Queue];
    }

    /// <summary>Learns from a claim where the lanes stand, and which keys let nothing through.</summary>
    public void Observe(ClaimView view, LimitedChoice choice)
    {
        lock (lanes.Gate)
        {
            if (choice.Generation != lanes.Generation)
                return;

            for (var i = 0; i < choice.Lanes.Length; i++)
            {
                var (lane, (scan, afterSeq), took) = (choice.Lanes[i], choice.Scans[i], choice.Took);
                directory.PutBack(lane);
                lane.LastStartedAt = choice.LastStartedAt(i);
                if (choice.FirstSeqs[i] == 0)
                {
                    lane.Cursor.End(scan, afterSeq, lanes.Now, lastSeq: 0, isExhausted: true, choice.Head, took);
                    lane.Misses = 0;
                    directory.Empty(lane);
                    continue;
                }

                if (choice.Started[i] > 0)
                {
                    lane.Cursor.End(scan, afterSeq, lanes.Now, choice.LastSeqs[i], isExhausted: false, choice.Head, took);
                    lane.LastStartedAt = choice.At;
                    lane.Misses = 0;
                }
                else
                {
                    lane.Cursor.Leave(scan, afterSeq, lanes.Now, choice.FirstSeqs[i], took);
                }

                if (choice.Closed(i) is var (opensIn, keyIds))
                {
                    // What was counted may have ended since, or is just about to.
                    var closedFor = choice.Ends == directory.Ends || opensIn < HeldFor ? opensIn : HeldFor;
                    directory.Close(lane, closedFor - (lanes.Now - choice.CountedAt), keyIds);
                }
                else if (choice.Takes[i] > 0 && choice.Started[i] == 0)
                {
                    // Someone else is about to take or to change them; or holds them in a transaction that stays open.
                    directory.Close(lane, HeldFor * Math.Pow(2, lane.Misses) is var held && held < LongestHeld ? held : LongestHeld, keyIds: []);
                    lane.Misses = Math.Min(lane.Misses + 1, MaxMisses);
                }
            }

            // One that waits for its limit, and has no other jobs, holds no other queue's turn up.
            var ofPlain = view.Lanes.Select(chosen => chosen.Lane.QueueId).ToHashSet();
            Charge(view, choice, queue => directory.IsOpen(queue) || (ofPlain.Contains(queue) && lanes.HasBacklog(queue)));
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

    /// <summary>Gives the queues of the lanes their turns by what was started of them so far.</summary>
    private void Charge(ClaimView view, LimitedChoice choice, Func<int, bool> isBacklogged)
    {
        var yields = choice.Lanes.Zip(choice.Started).GroupBy(
            lane => lane.First.QueueId, lane => lane.Second, (queue, jobs) => new QueueYield(queue, view.Queue(queue).Weight, jobs.Sum(), isBacklogged(queue)));
        foreach (var scope in yields.GroupBy(queue => view.Queue(queue.QueueId).Scope))
            lanes.Order.Observe(scope.Key, scope);
    }

    /// <summary>Takes a turn.</summary>
    private async Task TakeAsync(NpgsqlConnection connection, ClaimView view, LimitedChoice choice, LimitedTurn turn, ClaimedJobs claimed, CancellationToken cancellationToken)
    {
        var (started, got) = (clock.GetTimestamp(), new List<ClaimedRow>());
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { ClaimCommand(view.Request, choice, turn) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await claimed.ReadAsync(reader, got.Add, cancellationToken);
        choice.Take(turn, got, clock.GetElapsedTime(started));
        directory.Began(got);
        view.Took(turn.Queue, got.Count);
    }

    private NpgsqlBatchCommand ClaimCommand(ClaimRequest request, LimitedChoice choice, LimitedTurn turn)
    {
        int[] taken = [.. Enumerable.Range(0, choice.Lanes.Length).Where(i => turn.Takes[i] > 0)];
        var keys = taken.SelectMany((i, place) => choice.LimitedKeys(i).Select(key => (Place: place + 1, Key: key))).ToArray();
        var from = Array.ConvertAll(taken, i => choice.Lanes[i]);
        return LimitedRows.FillLanes(new NpgsqlBatchCommand(ClaimLimitedJobs), from, Array.ConvertAll(taken, i => choice.Scans[i]))
            .With(Array.ConvertAll(taken, i => turn.Takes[i]))
            .With(LimitedRows.TypesOf(from))
            .With(request.Worker.Value)
            .With(day.Ids.First)
            .With(day.Ids.End)
            .With(Array.ConvertAll(keys, key => key.Place))
            .With(Array.ConvertAll(keys, key => key.Key));
    }
}
