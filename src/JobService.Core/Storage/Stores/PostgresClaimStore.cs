using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Retries;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Claims and ends claims in PostgreSQL. It remembers where each lane stood, so a worker process has one of its own and calls
/// it from one loop.
/// </summary>
internal sealed class PostgresClaimStore(NpgsqlDataSource database, ServerNames server, TimeProvider clock) : IClaimStore
{
    private static readonly string ApplyTransitions = SqlText.Read("apply_transitions");
    private static readonly string ClaimJobs = SqlText.Read("claim_jobs");
    private static readonly string ReadClaimedBodies = SqlText.Read("read_claimed_bodies");
    private static readonly string DisownClaims = SqlText.Read("disown_claims");

    private readonly LaneDirectory lanes = new(clock);
    private NameTable names = server.Current;

    public async Task<Exchange> ExchangeAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            if (names != server.Current)
                lanes.Reset();
            names = server.Current;

            var exchange = await ExchangeOnceAsync(connection, transitions, request, cancellationToken);
            var foundNothing = request is not null && transitions.Count == 0 && exchange is { Claims: [], Endings: [] };
            return foundNothing && await lanes.HasNewAsync(connection, cancellationToken)
                ? await ExchangeOnceAsync(connection, [], request, cancellationToken)
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
        NpgsqlConnection connection, IReadOnlyList<JobTransition> transitions, ClaimRequest? request, CancellationToken cancellationToken)
    {
        var selection = request is null ? null : await SelectAsync(connection, request, cancellationToken);
        if (transitions.Count == 0 && selection is null)
            return Exchange.Empty;

        IReadOnlyList<JobTransition> stale = [];
        List<ClaimedRow> claimed = [];

        // Both statements are one implicit transaction. If the process dies before it commits, nothing happened; if it dies
        // after, the transitions are final and the leases of the claims run out, so those jobs run again.
        await using (var batch = new NpgsqlBatch(connection))
        {
            if (transitions.Count > 0)
                batch.BatchCommands.Add(TransitionRows.Fill(new NpgsqlBatchCommand(ApplyTransitions), transitions));
            if (selection is not null)
                batch.BatchCommands.Add(ClaimCommand(request!, selection));

            var started = clock.GetTimestamp();
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            if (transitions.Count > 0)
            {
                stale = await ReadStaleAsync(reader, transitions, cancellationToken);
                await reader.NextResultAsync(cancellationToken);
            }

            if (selection is not null)
            {
                var head = await ReadClaimsAsync(reader, claimed, cancellationToken);
                selection.Observe(claimed, request!.MaxJobs, head, clock.GetElapsedTime(started));
            }
        }

        return await WithBodiesAsync(connection, stale, claimed, cancellationToken);
    }

    private async Task<LaneSelection?> SelectAsync(NpgsqlConnection connection, ClaimRequest request, CancellationToken cancellationToken)
    {
        await names.InternAsync(connection, [], request.Types, cancellationToken);
        return await lanes.SelectAsync(connection, request, cancellationToken);
    }

    private NpgsqlBatchCommand ClaimCommand(ClaimRequest request, LaneSelection selection) => new NpgsqlBatchCommand(ClaimJobs)
        .With(selection.QueueIds)
        .With(selection.Ranks)
        .With(selection.AfterSeqs)
        .With(selection.MaxJobs)
        .With(request.Types.Select(names.Id).ToArray())
        .With(request.MaxJobs)
        .With(request.Worker.Value);

    private static async Task<IReadOnlyList<JobTransition>> ReadStaleAsync(
        NpgsqlDataReader reader, IReadOnlyList<JobTransition> transitions, CancellationToken cancellationToken)
    {
        var applied = new HashSet<(Guid, long)>(transitions.Count);
        while (await reader.ReadAsync(cancellationToken))
            applied.Add((reader.GetGuid(0), reader.GetInt64(1)));
        return applied.Count == transitions.Count ? [] : [.. transitions.Where(transition => !applied.Contains((transition.Id.Value, transition.Token.Value)))];
    }

    private static async Task<long> ReadClaimsAsync(NpgsqlDataReader reader, List<ClaimedRow> claimed, CancellationToken cancellationToken)
    {
        long head = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            head = reader.GetInt64(0);
            if (reader.IsDBNull(1))
                continue;

            claimed.Add(new ClaimedRow(
                reader.GetGuid(1), reader.GetInt64(2), reader.Instant(3), reader.GetInt32(4), reader.GetInt32(5), reader.GetInt32(6),
                reader.GetInt16(7), reader.GetInt16(8)));
        }

        return head;
    }

    private async Task<Exchange> WithBodiesAsync(
        NpgsqlConnection connection, IReadOnlyList<JobTransition> stale, List<ClaimedRow> claimed, CancellationToken cancellationToken)
    {
        if (claimed.Count == 0)
            return new Exchange(stale, [], []);

        foreach (var row in claimed)
            await names.EnsureKnownAsync(connection, row.QueueId, row.TypeId, cancellationToken);

        await using var batch = new NpgsqlBatch(connection);
        foreach (var day in claimed.GroupBy(row => StartOfDay(new JobId(row.Id).MadeAt)))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadClaimedBodies)
                .With(day.Select(row => row.Id).ToArray())
                .With(JobId.FirstAt(day.Key).Value)
                .With(JobId.FirstAt(day.Key.AddDays(1)).Value));
        }

        var rows = claimed.ToDictionary(row => row.Id);
        var claims = new List<Claim>(claimed.Count);
        var endings = new List<JobTransition>();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        do
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Remove(reader.GetGuid(0), out var row);
                if (reader.TextOrNull(13) is { } tooLate)
                    endings.Add(JobTransition.Expire(new JobId(row.Id), new LeaseToken(row.LeaseToken), tooLate));
                else if (TryClaim(row, reader, out var claim))
                    claims.Add(claim);
                else
                    endings.Add(Unreadable(row, "The body of the job can't be read; a later version may have written it."));
            }
        }
        while (await reader.NextResultAsync(cancellationToken));

        // A ready row whose body is gone can only come from a hand in the database; it must not be claimed for ever.
        endings.AddRange(rows.Values.Select(row => Unreadable(row, "The body of the job is no longer in the database.")));
        claims.Sort((a, b) => a.Token.Value.CompareTo(b.Token.Value));
        return new Exchange(stale, claims, endings);
    }

    private static DateTimeOffset StartOfDay(DateTimeOffset instant) => instant - instant.TimeOfDay;

    private static JobTransition Unreadable(ClaimedRow row, string why) => JobTransition.Fail(
        new JobId(row.Id), new LeaseToken(row.LeaseToken), AttemptFailure.Failed, new AttemptError("job.unreadable", why), FailureReason.NotRetryable);

    private bool TryClaim(in ClaimedRow row, NpgsqlDataReader reader, [NotNullWhen(true)] out Claim? claim)
    {
        try
        {
            claim = ClaimOf(row, reader);
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            claim = null;
            return false;
        }
    }

    private Claim ClaimOf(in ClaimedRow row, NpgsqlDataReader reader) => new()
    {
        Id = new JobId(row.Id),
        Token = new LeaseToken(row.LeaseToken),
        Type = names.Type(row.TypeId),
        Queue = names.Queue(row.QueueId),
        ClaimedAt = row.StartedAt,
        Attempt = row.Attempt,
        Crashes = row.Crashes,
        CreatedAt = reader.Instant(1),
        RunAt = reader.Instant(2),
        ExpiresAt = reader.InstantOrNull(3),
        Deadline = reader.InstantOrNull(4),
        Priority = new JobPriority(reader.GetInt16(5)),
        AttemptsForgiven = reader.GetInt32(6),
        Policies = StoredJson.ReadPolicies(reader.BytesOrNull(7)),
        Tags = StoredJson.ReadTags(reader.TextOrNull(8)),
        Metadata = reader.BytesOrNull(9),
        Payload = reader.GetFieldValue<byte[]>(10),
        TraceParent = reader.TextOrNull(11),
        TraceState = reader.TextOrNull(12),
    };
}
