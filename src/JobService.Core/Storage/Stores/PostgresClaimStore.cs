using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Claims and ends claims in PostgreSQL. It remembers where each lane stood, so a worker process has one of its own; several exchanges
/// may be under way.
/// </summary>
internal sealed class PostgresClaimStore(NpgsqlDataSource database, ServerNames server, TimeProvider clock) : IClaimStore
{
    private static readonly string CompleteJobs = SqlText.Read("complete_jobs");
    private static readonly string ApplyTransitions = SqlText.Read("apply_transitions");
    private static readonly string ClaimJobs = SqlText.Read("claim_jobs");
    private static readonly string ReadClaimedBodies = SqlText.Read("read_claimed_bodies");
    private static readonly string DisownClaims = SqlText.Read("disown_claims");

    private readonly LaneDirectory lanes = new(clock);
    private volatile NameTable met = server.Current;

    // The day that most claims are of, by the last one seen: its bodies come with the claims. In ticks, since exchanges share it.
    private long bodiesOf = StartOfDay(clock.GetUtcNow().ToUniversalTime()).Ticks;

    public async Task<Exchange> ExchangeAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            var names = server.Current;
            if (met != names)
                lanes.Reset();
            met = names;

            var exchange = await ExchangeOnceAsync(connection, names, transitions, request, cancellationToken);
            var foundNothing = request is not null && exchange is { Claims: [], Endings: [] };
            return foundNothing && (lanes.IsOutdated || (transitions.Count == 0 && await lanes.HasNewAsync(connection, cancellationToken)))
                ? await ExchangeOnceAsync(connection, names, [], request, cancellationToken) with { Stale = exchange.Stale }
                : exchange;
        }
        catch
        {
            // What was seen of the lanes may belong to a transaction that never was.
            lanes.Reset();
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

    private async Task<Exchange> ExchangeOnceAsync(
        NpgsqlConnection connection, NameTable names, IReadOnlyList<JobTransition> transitions, ClaimRequest? request, CancellationToken cancellationToken)
    {
        var selection = request is null ? null : await SelectAsync(connection, names, request, cancellationToken);
        if (transitions.Count == 0 && selection is null)
            return Exchange.Empty;

        var rows = new TransitionRows(transitions);
        IReadOnlyList<JobTransition> stale = [];
        var claimed = new ClaimedJobs(names);

        // All statements are one implicit transaction. If the process dies before it commits, nothing happened; if it dies
        // after, the transitions are final and the leases of the claims run out, so those jobs run again.
        await using (var batch = new NpgsqlBatch(connection))
        {
            if (rows.HasPlain)
                batch.BatchCommands.Add(rows.FillPlain(new NpgsqlBatchCommand(CompleteJobs)));
            if (rows.HasOthers)
                batch.BatchCommands.Add(rows.FillOthers(new NpgsqlBatchCommand(ApplyTransitions)));
            if (selection is not null)
                batch.BatchCommands.Add(ClaimCommand(names, request!, selection));

            var started = clock.GetTimestamp();
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            if (transitions.Count > 0)
            {
                stale = await ReadStaleAsync(reader, transitions, rows.Statements, cancellationToken);
                started = clock.GetTimestamp();
            }

            if (selection is not null)
            {
                if (await claimed.ReadAsync(reader, cancellationToken) is { } head)
                    selection.Observe(claimed.Lanes, request!.MaxJobs, head, clock.GetElapsedTime(started));
                else
                    lanes.Outdate();
            }
        }

        if (claimed.Last is { } last)
            Volatile.Write(ref bodiesOf, StartOfDay(last.MadeAt).Ticks);
        if (claimed.WithoutBody.Count > 0)
            await ReadBodiesAsync(connection, names, claimed, cancellationToken);
        return new Exchange(stale, claimed.InOrder(), claimed.Endings);
    }

    private async Task<LaneSelection?> SelectAsync(NpgsqlConnection connection, NameTable names, ClaimRequest request, CancellationToken cancellationToken)
    {
        await names.InternAsync(connection, [], request.Types, cancellationToken);
        return await lanes.SelectAsync(connection, request, cancellationToken);
    }

    private NpgsqlBatchCommand ClaimCommand(NameTable names, ClaimRequest request, LaneSelection selection)
    {
        var day = new DateTimeOffset(Volatile.Read(ref bodiesOf), TimeSpan.Zero);
        return new NpgsqlBatchCommand(ClaimJobs)
            .With(selection.QueueIds)
            .With(selection.Ranks)
            .With(selection.AfterSeqs)
            .With(selection.MaxJobs)
            .With(request.Types.Select(names.Id).ToArray())
            .With(request.MaxJobs)
            .With(request.Worker.Value)
            .With(JobId.FirstAt(day).Value)
            .With(JobId.FirstAt(day.AddDays(1)).Value)
            .With(selection.SettingsVersion)
            .With(selection.Shares)
            .With(selection.Rooms);
    }

    private static async Task<IReadOnlyList<JobTransition>> ReadStaleAsync(
        NpgsqlDataReader reader, IReadOnlyList<JobTransition> transitions, int statements, CancellationToken cancellationToken)
    {
        var applied = new List<(Guid Id, long Token)>(transitions.Count);
        for (; statements > 0; statements--)
        {
            while (await reader.ReadAsync(cancellationToken))
                applied.Add((reader.GetGuid(0), reader.GetInt64(1)));
            await reader.NextResultAsync(cancellationToken);
        }

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

    private static DateTimeOffset StartOfDay(DateTimeOffset instant) => instant - instant.TimeOfDay;
}
