using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Limits;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Claims and ends claims in PostgreSQL. It remembers where each lane stood, so a worker process has one of its own; several exchanges
/// may be under way.
/// </summary>
internal sealed class PostgresClaimStore : IClaimStore
{
    private static readonly string ReadClaimedBodies = SqlText.Read("read_claimed_bodies");
    private static readonly string DisownClaims = SqlText.Read("disown_claims");

    /// <summary>How often a claim is made again that took nothing since something came meanwhile: a lane, other settings, or who goes before it.</summary>
    private const int MaxAgain = 3;

    private static readonly TimeSpan BetweenNames = TimeSpan.FromSeconds(5);

    private readonly LaneDirectory lanes;
    private readonly LimitedDirectory directory;
    private readonly LimitedLooks looks;
    private readonly PlainClaims plain;
    private readonly LimitedClaims limited;
    private readonly ClaimedDay day;
    private readonly NpgsqlDataSource database;
    private readonly ServerNames server;
    private readonly TimeProvider clock;
    private volatile NameTable met;
    private long namesHeldAt;

    public PostgresClaimStore(NpgsqlDataSource database, ServerNames server, TimeProvider clock)
    {
        (this.database, this.server, this.clock, met) = (database, server, clock, server.Current);
        lanes = new LaneDirectory(clock);
        directory = new LimitedDirectory(lanes);
        looks = new LimitedLooks(lanes, directory);
        day = new ClaimedDay(clock);
        plain = new PlainClaims(lanes, directory, day, clock);
        limited = new LimitedClaims(lanes, directory, plain, day, clock);
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
            var began = lanes.Now;

            var (exchange, isPutOff) = await ExchangeOnceAsync(connection, names, transitions, request, mayPutOff: true, cancellationToken);
            var (mayPutOff, askIn) = (true, default(TimeSpan?));
            for (var i = 0; i < MaxAgain && (isPutOff || await MayFindMoreAsync()); i++)
            {
                // Once for each set of lanes: in one that was not known before there may be what goes first.
                mayPutOff = !isPutOff && (mayPutOff || lanes.IsOutdated);
                (var claimed, isPutOff) = await ExchangeOnceAsync(connection, names, [], request, mayPutOff, cancellationToken);
                exchange = claimed with { Stale = exchange.Stale, HasEndedHeads = exchange.HasEndedHeads };
            }

            return askIn is null || exchange.Outlook.LookIn <= askIn ? exchange : exchange with { Outlook = exchange.Outlook with { LookIn = askIn } };

            async ValueTask<bool> MayFindMoreAsync()
            {
                if (request is null || exchange is not { Claims: [], Endings: [] })
                    return false;
                if (lanes.IsOutdated)
                    return true;
                if (transitions.Count > 0)
                    return false;
                (var hasNew, askIn) = await lanes.HasNewAsync(connection, since: began, cancellationToken);
                return hasNew;
            }
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
        directory.Keep(known);
        return given;
    }

    /// <returns>What was done; and whether nothing was claimed since something came that goes before it, which is claimed from the next time.</returns>
    private async Task<(Exchange Exchange, bool IsPutOff)> ExchangeOnceAsync(
        NpgsqlConnection connection, NameTable names, IReadOnlyList<JobTransition> transitions, ClaimRequest? request, bool mayPutOff, CancellationToken cancellationToken)
    {
        using var ending = directory.End(transitions);
        var view = request is null ? null : await ViewAsync(connection, names, request, cancellationToken);
        var rows = new TransitionRows(transitions);
        var claimed = new ClaimedJobs(names);
        var stale = view is { Limited.Count: > 0 }
            ? await ExchangeUnderLimitsAsync(connection, names, rows, transitions, view, ending, claimed, mayPutOff, cancellationToken)
            : await ExchangeAtOnceAsync(connection, names, rows, transitions, view, claimed, mayPutOff, cancellationToken);
        var hasEndedHeads = rows.HasEndedHeads;
        if (stale.Any(transition => !transition.IsOfSequence))
        {
            (stale, var hasEndedOthers) = await ApplyToSequencesAsync(connection, stale, cancellationToken);
            hasEndedHeads |= hasEndedOthers;
        }

        ending.IsDone = true;
        if (claimed.Last is { } last)
            day.Saw(last);
        if (claimed.WithoutBody.Count > 0)
            await ReadBodiesAsync(connection, names, claimed, cancellationToken);
        var outlook = view is null ? default : directory.Outlook();
        var exchange = new Exchange(stale, claimed.InOrder(), claimed.Endings)
        {
            Outlook = outlook with { IsMoreReady = outlook.IsMoreReady || claimed.IsCutShort },
            HasEndedHeads = hasEndedHeads,
        };
        return (exchange, claimed.IsPutOff);
    }

    /// <summary>
    /// What was not applied is stale, or of a job of a sequence that nobody said was of one, such as one that was claimed too late. What was claimed with it is kept, whatever comes of this.
    /// </summary>
    private static async Task<(IReadOnlyList<JobTransition> Stale, bool HasEndedHeads)> ApplyToSequencesAsync(
        NpgsqlConnection connection, IReadOnlyList<JobTransition> left, CancellationToken cancellationToken)
    {
        try
        {
            var rows = new TransitionRows([.. left.Where(transition => !transition.IsOfSequence).Select(transition => transition with { IsOfSequence = true })]);
            await using var batch = new NpgsqlBatch(connection);
            rows.AddTo(batch);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            return (await rows.ReadStaleAsync(reader, left, cancellationToken), rows.HasEndedHeads);
        }
        catch (PostgresException e) when (StorageFaults.IsFaultOfData(e))
        {
            // Its lease runs out, and the next attempt is told of by whoever runs it.
            return (left, false);
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
        var look = view is null ? null : looks.Look(view);
        claimed.IsPutOff = mayPutOff && look is { IsFirst: true };
        var selection = view is { HasPlain: true } && !claimed.IsPutOff ? plain.Begin(view, view.Lanes, view.Request.MaxJobs) : null;
        IReadOnlyList<JobTransition> stale = [];
        IReadOnlyList<(int Place, short Rank)> came = [];
        await using (var batch = new NpgsqlBatch(connection))
        {
            rows.AddTo(batch);
            if (selection is not null)
                batch.BatchCommands.Add(plain.Command(view!, selection, view!.Request.MaxJobs, mayPutOff ? look : null));
            if (look is not null)
                LimitedLooks.Add(batch, look);
            if (batch.BatchCommands.Count == 0)
                return [];

            var started = clock.GetTimestamp();
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            if (transitions.Count > 0)
            {
                stale = await rows.ReadStaleAsync(reader, transitions, cancellationToken);
                started = clock.GetTimestamp();
            }

            if (selection is not null)
            {
                await plain.ObserveAsync(reader, selection, claimed, view!.Request.MaxJobs, started, cancellationToken);
                await reader.NextResultAsync(cancellationToken);
            }

            if (look is not null)
                came = await looks.ReadAsync(reader, look, clock.GetElapsedTime(started), cancellationToken);
        }

        if (view is not null)
            await looks.MeetAsync(connection, names, view, look!, came, cancellationToken);
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
        EndingUnderLimits ending,
        ClaimedJobs claimed,
        bool mayPutOff,
        CancellationToken cancellationToken)
    {
        var look = looks.Look(view);
        IReadOnlyList<JobTransition> stale = [];
        IReadOnlyList<(int Place, short Rank)> came;
        bool? isOpen;
        Dictionary<int, KeyStanding> locked;
        HashSet<int> free;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            rows.AddTo(batch);
            LimitedClaims.AddLock(batch, view);
            LimitedLooks.Add(batch, look);
            var started = clock.GetTimestamp();
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            if (transitions.Count > 0)
                stale = await rows.ReadStaleAsync(reader, transitions, cancellationToken);
            await reader.ReadAsync(cancellationToken);
            isOpen = reader.IsDBNull(0) ? null : reader.GetBoolean(0);
            await reader.NextResultAsync(cancellationToken);
            (locked, free) = await LimitedRows.ReadKeysAsync(reader, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            came = await looks.ReadAsync(reader, look, clock.GetElapsedTime(started), cancellationToken);
        }

        claimed.IsPutOff = isOpen is true && mayPutOff && looks.IsUrgent(view, came);
        if (claimed.IsPutOff)
        {
            limited.PutBack(view);
        }
        else if (isOpen is true)
        {
            var choice = await limited.StandAsync(connection, view, ending, isSettled: stale.Count == 0, locked, free, cancellationToken);
            (var hasOpened, claimed.IsPutOff) = limited.Open(view, choice, choice.Next(view, claimed));
            if (claimed.IsPutOff)
                limited.Observe(view, choice);
            else
                await limited.ClaimAsync(connection, view, choice, isAll: !hasOpened, claimed, cancellationToken);
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
        await looks.MeetAsync(connection, names, view, look, came, cancellationToken);
        return stale;
    }

    /// <summary>The bodies that the claim itself did not bring: of another day than most, or of a name this process did not know yet.</summary>
    private async Task ReadBodiesAsync(NpgsqlConnection connection, NameTable names, ClaimedJobs claimed, CancellationToken cancellationToken)
    {
        foreach (var row in claimed.WithoutBody.Values)
            await names.EnsureKnownAsync(connection, row.QueueId, row.TypeId, cancellationToken);

        await using var batch = new NpgsqlBatch(connection);
        foreach (var ofDay in claimed.WithoutBody.Keys.GroupBy(id => ClaimedDay.StartOf(new JobId(id).MadeAt)))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadClaimedBodies)
                .With(ofDay.ToArray())
                .With(JobId.FirstAt(ofDay.Key).Value)
                .With(JobId.FirstAt(ofDay.Key.AddDays(1)).Value));
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
        directory.Reset();
    }
}
