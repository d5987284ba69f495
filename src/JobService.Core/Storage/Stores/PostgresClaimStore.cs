using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Limits;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Claims and ends claims in PostgreSQL. It remembers where each lane stood, so a worker process has one of its own; several exchanges
/// may be under way.
/// </summary>
internal sealed class PostgresClaimStore : IClaimStore
{
    private static readonly string CompleteJobs = SqlText.Read("complete_jobs");
    private static readonly string ApplyTransitions = SqlText.Read("apply_transitions");
    private static readonly string ApplySequenceTransitions = SqlText.Read("apply_sequence_transitions");
    private static readonly string ClaimJobs = SqlText.Read("claim_jobs");
    private static readonly string ReadClaimedBodies = SqlText.Read("read_claimed_bodies");
    private static readonly string DisownClaims = SqlText.Read("disown_claims");

    /// <summary>How often a claim is made again that took nothing since something came meanwhile: a lane, other settings, or who goes before it.</summary>
    private const int MaxAgain = 3;

    private static readonly TimeSpan BetweenNames = TimeSpan.FromSeconds(5);

    private readonly LaneDirectory lanes;
    private readonly LimitedClaims limited;
    private readonly NpgsqlDataSource database;
    private readonly ServerNames server;
    private readonly TimeProvider clock;
    private volatile NameTable met;

    // The day that most claims are of, by the last one seen: its bodies come with the claims. In ticks, since exchanges share it.
    private long bodiesOf;
    private long namesHeldAt;

    public PostgresClaimStore(NpgsqlDataSource database, ServerNames server, TimeProvider clock)
    {
        (this.database, this.server, this.clock, met) = (database, server, clock, server.Current);
        lanes = new LaneDirectory(clock);
        limited = new LimitedClaims(lanes);
        bodiesOf = StartOfDay(clock.GetUtcNow().ToUniversalTime()).Ticks;
    }

    public async Task<Exchange> ExchangeAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            var names = server.Current;
            if (met != names)
                Forget();
            met = names;

            var (exchange, isPutOff) = await ExchangeOnceAsync(connection, names, transitions, request, mayPutOff: true, cancellationToken);
            var mayPutOff = true;
            for (var i = 0; i < MaxAgain && (isPutOff || await MayFindMoreAsync()); i++)
            {
                // Once for each set of lanes: in one that was not known before there may be what goes first.
                mayPutOff = !isPutOff && (mayPutOff || lanes.IsOutdated);
                (var claimed, isPutOff) = await ExchangeOnceAsync(connection, names, [], request, mayPutOff, cancellationToken);
                exchange = claimed with { Stale = exchange.Stale, HasEndedHeads = exchange.HasEndedHeads };
            }

            return exchange;

            async ValueTask<bool> MayFindMoreAsync() =>
                request is not null && exchange is { Claims: [], Endings: [] } && (lanes.IsOutdated || (transitions.Count == 0 && await lanes.HasNewAsync(connection, cancellationToken)));
        }
        catch
        {
            // What was seen of the lanes may belong to a transaction that never was.
            Forget();
            throw;
        }
    }

    public async Task<int> DisownAsync(WorkerId worker, IReadOnlyCollection<LeaseToken> known, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(DisownClaims).With(worker.Value).With(known.Select(token => token.Value).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var given = 0;
        while (await reader.ReadAsync(cancellationToken))
            given++;
        return given;
    }

    /// <returns>What was done; and whether nothing was claimed since something came that goes before it, which is claimed from the next time.</returns>
    private async Task<(Exchange Exchange, bool IsPutOff)> ExchangeOnceAsync(
        NpgsqlConnection connection, NameTable names, IReadOnlyList<JobTransition> transitions, ClaimRequest? request, bool mayPutOff, CancellationToken cancellationToken)
    {
        limited.Directory.Ended(transitions);
        var view = request is null ? null : await ViewAsync(connection, names, request, cancellationToken);
        var rows = new TransitionRows(transitions);
        var claimed = new ClaimedJobs(names);
        var stale = view is { Limited.Count: > 0 }
            ? await ExchangeUnderLimitsAsync(connection, names, rows, transitions, view, claimed, mayPutOff, cancellationToken)
            : await ExchangeAtOnceAsync(connection, names, rows, transitions, view, claimed, mayPutOff, cancellationToken);
        if (stale.Any(transition => !transition.IsOfSequence))
            stale = await ApplyToSequencesAsync(connection, rows, stale, cancellationToken);

        if (claimed.Last is { } last)
            Volatile.Write(ref bodiesOf, StartOfDay(last.MadeAt).Ticks);
        if (claimed.WithoutBody.Count > 0)
            await ReadBodiesAsync(connection, names, claimed, cancellationToken);
        var exchange = new Exchange(stale, claimed.InOrder(), claimed.Endings)
        {
            Outlook = view is null ? default : limited.Directory.Outlook(),
            HasEndedHeads = rows.HasEndedHeads,
        };
        return (exchange, claimed.IsPutOff);
    }

    /// <summary>
    /// What was not applied is stale, or of a job of a sequence that nobody said was of one, such as one that was claimed too late. What was claimed with it is kept, whatever comes of this.
    /// </summary>
    private static async Task<IReadOnlyList<JobTransition>> ApplyToSequencesAsync(
        NpgsqlConnection connection, TransitionRows sent, IReadOnlyList<JobTransition> left, CancellationToken cancellationToken)
    {
        try
        {
            var rows = new TransitionRows([.. left.Where(transition => !transition.IsOfSequence).Select(transition => transition with { IsOfSequence = true })]);
            await using var batch = new NpgsqlBatch(connection);
            Add(batch, rows);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            var applied = await ReadAppliedAsync(reader, rows, cancellationToken);
            sent.HasEndedHeads |= rows.HasEndedHeads;
            return Without(applied, left);
        }
        catch (PostgresException e) when (StorageFaults.IsFaultOfData(e))
        {
            // Its lease runs out, and the next attempt is told of by whoever runs it.
            return left;
        }
    }

    private async Task<ClaimView?> ViewAsync(NpgsqlConnection connection, NameTable names, ClaimRequest request, CancellationToken cancellationToken)
    {
        var known = await OfKnownTypesAsync(connection, names, request, cancellationToken);
        int[] typeIds = [.. known.Types.Select(names.Id)];
        return typeIds.Length > 0 && await lanes.SelectAsync(connection, known, typeIds, cancellationToken) is { } choice ? limited.View(typeIds, known, choice) : null;
    }

    /// <summary>
    /// The request without the types that have no number yet. A name that a transaction is just introducing is waited for a moment, and then left out for some seconds: until that is
    /// committed there is nothing of it to be claimed.
    /// </summary>
    private async Task<ClaimRequest> OfKnownTypesAsync(NpgsqlConnection connection, NameTable names, ClaimRequest request, CancellationToken cancellationToken)
    {
        if (request.Types.All(names.Knows))
            return request;
        var held = Volatile.Read(ref namesHeldAt);
        if (held == 0 || clock.GetElapsedTime(held) >= BetweenNames)
        {
            try
            {
                await names.InternAsync(connection, [], request.Types, cancellationToken);
                return request;
            }
            catch (PostgresException e) when (HeldLock.Is(e))
            {
                Volatile.Write(ref namesHeldAt, clock.GetTimestamp());
            }
        }

        return request with { Types = [.. request.Types.Where(names.Knows)] };
    }

    /// <summary>
    /// One implicit transaction. If the process dies before it commits, nothing happened; if it dies after, the transitions are final and the leases of the
    /// claims run out, so those jobs run again.
    /// </summary>
    private async Task<IReadOnlyList<JobTransition>> ExchangeAtOnceAsync(
        NpgsqlConnection connection,
        NameTable names,
        TransitionRows rows,
        IReadOnlyList<JobTransition> transitions,
        ClaimView? view,
        ClaimedJobs claimed,
        bool mayPutOff,
        CancellationToken cancellationToken)
    {
        var look = view is null ? null : limited.Look(view);
        claimed.IsPutOff = mayPutOff && look is { IsFirst: true };
        var selection = view is { HasPlain: true } && !claimed.IsPutOff ? Begin(view, view.Lanes, view.Request.MaxJobs) : null;
        IReadOnlyList<JobTransition> stale = [];
        IReadOnlyList<(int Place, short Rank)> came = [];
        await using (var batch = new NpgsqlBatch(connection))
        {
            Add(batch, rows);
            if (selection is not null)
                batch.BatchCommands.Add(ClaimCommand(view!, selection, view!.Request.MaxJobs, mayPutOff ? look : null));
            if (look is not null)
                LimitedClaims.Add(batch, look);
            if (batch.BatchCommands.Count == 0)
                return [];

            var started = clock.GetTimestamp();
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            if (transitions.Count > 0)
            {
                stale = await ReadStaleAsync(reader, transitions, rows, cancellationToken);
                started = clock.GetTimestamp();
            }

            if (selection is not null)
            {
                await ObserveAsync(reader, selection, claimed, view!.Request.MaxJobs, started, cancellationToken);
                await reader.NextResultAsync(cancellationToken);
            }

            if (look is not null)
                came = await limited.ReadAsync(reader, look, clock.GetElapsedTime(started), cancellationToken);
        }

        if (view is not null)
            await limited.MeetAsync(connection, names, view, look!, came, cancellationToken);
        return stale;
    }

    /// <summary>
    /// One transaction of several steps, since what runs under a key is known only once the key is locked. If the process dies before it commits, nothing
    /// happened, and the keys are free again.
    /// </summary>
    private async Task<IReadOnlyList<JobTransition>> ExchangeUnderLimitsAsync(
        NpgsqlConnection connection,
        NameTable names,
        TransitionRows rows,
        IReadOnlyList<JobTransition> transitions,
        ClaimView view,
        ClaimedJobs claimed,
        bool mayPutOff,
        CancellationToken cancellationToken)
    {
        var (request, look) = (view.Request, limited.Look(view));
        IReadOnlyList<JobTransition> stale = [];
        IReadOnlyList<(int Place, short Rank)> came;
        bool? isOpen;
        Dictionary<int, KeyStanding> locked;
        HashSet<int> free;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            Add(batch, rows);
            LimitedClaims.AddLock(batch, view);
            LimitedClaims.Add(batch, look);
            var started = clock.GetTimestamp();
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            if (transitions.Count > 0)
                stale = await ReadStaleAsync(reader, transitions, rows, cancellationToken);
            await reader.ReadAsync(cancellationToken);
            isOpen = reader.IsDBNull(0) ? null : reader.GetBoolean(0);
            await reader.NextResultAsync(cancellationToken);
            (locked, free) = await LimitedRows.ReadKeysAsync(reader, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            came = await limited.ReadAsync(reader, look, clock.GetElapsedTime(started), cancellationToken);
        }

        claimed.IsPutOff = isOpen is true && mayPutOff && limited.IsUrgent(view, came);
        if (claimed.IsPutOff)
        {
            limited.PutBack(view);
        }
        else if (isOpen is true)
        {
            var choice = await limited.StandAsync(connection, view, locked, free, cancellationToken);
            var turn = choice.Next(view, request.MaxJobs, request.AllowSuspect);
            (var hasOpened, claimed.IsPutOff) = limited.Open(view, choice, turn);
            if (claimed.IsPutOff)
                limited.Observe(view, choice, chosen: null, claimed: [], took: TimeSpan.Zero);
            else
                await ClaimUnderAsync(connection, view, choice, turn, isAll: !hasOpened, claimed, cancellationToken);
        }
        else
        {
            lanes.Outdate();
            if (isOpen is null)
                limited.Wait(view);
            else
                limited.PutBack(view);
        }

        await transaction.CommitAsync(cancellationToken);
        await limited.MeetAsync(connection, names, view, look, came, cancellationToken);
        return stale;
    }

    /// <summary>Claims what may be claimed while the keys are locked: a turn, and what goes before it.</summary>
    /// <param name="connection">By which it claims.</param>
    /// <param name="view">Where it looks.</param>
    /// <param name="choice">What it has locked.</param>
    /// <param name="turn">What it takes of that.</param>
    /// <param name="isAll">Whether nothing but the next turn goes before what comes behind this one.</param>
    /// <param name="claimed">What it has got.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async Task ClaimUnderAsync(
        NpgsqlConnection connection, ClaimView view, LimitedChoice choice, LimitedTurn? turn, bool isAll, ClaimedJobs claimed, CancellationToken cancellationToken)
    {
        var isTheirTurn = limited.TakeTurn();
        var goesBefore = LimitedClaims.GoesBefore(turn, view, isTheirTurn);
        if (await ClaimPlainAsync(connection, view, [.. view.Lanes.Where(chosen => goesBefore(chosen.Lane))], claimed, cancellationToken))
        {
            await ClaimLimitedAsync(connection, view, choice, turn, claimed, cancellationToken);

            // What comes after the next turn waits for it, in the next exchange.
            if (!isAll)
                return;
            var goesNext = LimitedClaims.GoesBefore(choice.Next(view, view.Request.MaxJobs, view.Request.AllowSuspect && !claimed.HasSuspect), view, isTheirTurn);
            await ClaimPlainAsync(connection, view, [.. view.Lanes.Where(chosen => !goesBefore(chosen.Lane) && goesNext(chosen.Lane))], claimed, cancellationToken);
        }
        else
        {
            limited.Observe(view, choice, chosen: null, claimed: [], took: TimeSpan.Zero);
        }
    }

    /// <returns>False where a lane came meanwhile: nothing was claimed, and what would come after it must not be.</returns>
    private async Task<bool> ClaimPlainAsync(
        NpgsqlConnection connection, ClaimView view, IReadOnlyList<ChosenLane> from, ClaimedJobs claimed, CancellationToken cancellationToken)
    {
        var slots = view.Request.MaxJobs - claimed.Count;
        if (claimed.HasSuspect)
            from = [.. from.Where(chosen => !chosen.Lane.IsForSuspects)];
        if (claimed.Count > 0)
            from = [.. from.Where(chosen => view.Room(chosen.Lane.QueueId) > 0)];
        if (slots <= 0 || from.Count == 0 || view.TypeIds.Length == 0)
            return true;

        var selection = Begin(view, from, slots);
        var started = clock.GetTimestamp();
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { ClaimCommand(view, selection, slots, before: null) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var isCurrent = await ObserveAsync(reader, selection, claimed, slots, started, cancellationToken);
        foreach (var (queueId, jobs) in selection.Yields)
            view.Took(queueId, jobs);
        return isCurrent;
    }

    /// <summary>Takes a turn, as far as there is room for it still. Where that has gone to what went before, another turn waits for the next exchange: something else may go before that one.</summary>
    private async Task ClaimLimitedAsync(
        NpgsqlConnection connection, ClaimView view, LimitedChoice choice, LimitedTurn? turn, ClaimedJobs claimed, CancellationToken cancellationToken)
    {
        var slots = view.Request.MaxJobs - claimed.Count;
        var chosen = slots > 0 ? choice.Next(view, slots, view.Request.AllowSuspect && !claimed.HasSuspect) : null;
        if (chosen is not null && (chosen.Queue, chosen.Rank) != (turn?.Queue, turn?.Rank))
            chosen = null;
        var started = clock.GetTimestamp();
        var got = new List<ClaimedRow>();
        if (chosen is not null)
        {
            var day = new DateTimeOffset(Volatile.Read(ref bodiesOf), TimeSpan.Zero);
            var command = LimitedClaims.ClaimCommand(view.Request, choice, chosen, JobId.FirstAt(day).Value, JobId.FirstAt(day.AddDays(1)).Value);
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { command } };
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await claimed.ReadAsync(reader, got.Add, cancellationToken);
        }

        limited.Observe(view, choice, chosen, got, clock.GetElapsedTime(started));
        limited.Directory.Began(got);
        if (chosen is null)
            return;
        view.Took(chosen.Queue, got.Count);
        choice.Take(chosen);
    }

    private LaneSelection Begin(ClaimView view, IReadOnlyList<ChosenLane> from, int maxJobs)
    {
        lock (lanes.Gate)
            return new LaneSelection(lanes, view.Choose(from), maxJobs);
    }

    private static void Add(NpgsqlBatch batch, TransitionRows rows)
    {
        if (rows.HasPlain)
            batch.BatchCommands.Add(rows.FillPlain(new NpgsqlBatchCommand(CompleteJobs)));
        if (rows.HasOthers)
            batch.BatchCommands.Add(rows.FillOthers(new NpgsqlBatchCommand(ApplyTransitions)));
        if (rows.HasOfSequences)
            batch.BatchCommands.Add(rows.FillOfSequences(new NpgsqlBatchCommand(ApplySequenceTransitions)));
    }

    /// <returns>Whether the settings and the lanes were those that were known.</returns>
    private async Task<bool> ObserveAsync(
        NpgsqlDataReader reader, LaneSelection selection, ClaimedJobs claimed, int maxJobs, long started, CancellationToken cancellationToken)
    {
        var head = await claimed.ReadAsync(reader, selection.Add, cancellationToken);
        if (head is { } headSeq and >= 0)
        {
            selection.Observe(limited.Directory.IsOpen, maxJobs, headSeq, clock.GetElapsedTime(started));
            return true;
        }

        selection.GiveUp();
        if (head is null)
            lanes.Outdate();
        else
            claimed.IsPutOff = true;
        return head is not null;
    }

    /// <param name="view">Where the claim looks.</param>
    /// <param name="selection">The lanes.</param>
    /// <param name="maxJobs">How many jobs it may take.</param>
    /// <param name="before">What may go before it; null where that doesn't matter.</param>
    private NpgsqlBatchCommand ClaimCommand(ClaimView view, LaneSelection selection, int maxJobs, LimitedLook? before)
    {
        var day = new DateTimeOffset(Volatile.Read(ref bodiesOf), TimeSpan.Zero);
        var quiet = before?.Quiet ?? [];
        var urgentBelow = before is { Arrivals: null, Quiet: [] } or null ? null : view.UrgentBelow;
        return new NpgsqlBatchCommand(ClaimJobs)
            .With(selection.QueueIds)
            .With(selection.Ranks)
            .With(selection.AfterSeqs)
            .With(selection.MaxJobs)
            .With(view.TypeIds)
            .With(maxJobs)
            .With(view.Request.Worker.Value)
            .With(JobId.FirstAt(day).Value)
            .With(JobId.FirstAt(day.AddDays(1)).Value)
            .With(view.Settings.Version)
            .With(selection.Shares)
            .With(selection.Rooms)
            .With(before?.Arrivals?.AfterSeq ?? long.MaxValue)
            .With(urgentBelow, NpgsqlDbType.Smallint)
            .With(quiet.Select(lane => lane.Place).ToArray())
            .With(quiet.Select(lane => lane.Rank).ToArray())
            .With(quiet.Count == 0 ? [] : Array.ConvertAll(before!.Scans, scan => scan.AfterSeq))
            .With(LimitedRows.TypesOf(quiet))
            .With(view.Settings.NewestLane);
    }

    private static async Task<IReadOnlyList<JobTransition>> ReadStaleAsync(
        NpgsqlDataReader reader, IReadOnlyList<JobTransition> transitions, TransitionRows rows, CancellationToken cancellationToken) =>
        Without(await ReadAppliedAsync(reader, rows, cancellationToken), transitions);

    private static async Task<List<(Guid Id, long Token)>> ReadAppliedAsync(NpgsqlDataReader reader, TransitionRows rows, CancellationToken cancellationToken)
    {
        var applied = new List<(Guid Id, long Token)>(rows.Count);
        for (var statement = 1; statement <= rows.Statements; statement++)
        {
            // The last one is that of sequences.
            var isOfSequences = rows.HasOfSequences && statement == rows.Statements;
            while (await reader.ReadAsync(cancellationToken))
            {
                applied.Add((reader.GetGuid(0), reader.GetInt64(1)));
                rows.HasEndedHeads |= isOfSequences && reader.GetBoolean(2);
            }

            await reader.NextResultAsync(cancellationToken);
        }

        return applied;
    }

    private static IReadOnlyList<JobTransition> Without(List<(Guid Id, long Token)> applied, IReadOnlyList<JobTransition> transitions)
    {
        if (applied.Count == transitions.Count)
            return [];
        var held = applied.ToHashSet();
        return [.. transitions.Where(transition => !held.Contains((transition.Id.Value, transition.Token.Value)))];
    }

    /// <summary>The bodies that the claim itself did not bring: of another day than most, or of a name this process did not know yet.</summary>
    private async Task ReadBodiesAsync(NpgsqlConnection connection, NameTable names, ClaimedJobs claimed, CancellationToken cancellationToken)
    {
        foreach (var row in claimed.WithoutBody.Values)
            await names.EnsureKnownAsync(connection, row.QueueId, row.TypeId, cancellationToken);

        await using var batch = new NpgsqlBatch(connection);
        foreach (var day in claimed.WithoutBody.Keys.GroupBy(id => StartOfDay(new JobId(id).MadeAt)))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadClaimedBodies)
                .With(day.ToArray())
                .With(JobId.FirstAt(day.Key).Value)
                .With(JobId.FirstAt(day.Key.AddDays(1)).Value));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        do
        {
            while (await reader.ReadAsync(cancellationToken))
                claimed.AddBody(reader);
        }
        while (await reader.NextResultAsync(cancellationToken));
        claimed.EndThoseWithoutBody();
    }

    private void Forget()
    {
        lanes.Reset();
        limited.Directory.Reset();
    }

    private static DateTimeOffset StartOfDay(DateTimeOffset instant) => instant - instant.TimeOfDay;
}
