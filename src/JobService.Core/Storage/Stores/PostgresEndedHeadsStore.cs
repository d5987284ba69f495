using JobService.Core.Sequences;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Lets the next jobs of sequences go. As the promotion of due jobs does, it starts where ends began a little while ago, since the start of the index is full of the dead rows of those
/// that were seen to; a full look each minute leaves nothing behind.
/// </summary>
internal sealed class PostgresEndedHeadsStore(NpgsqlDataSource database, TimeProvider clock) : IEndedHeadsStore
{
    private const int SequencesARound = 1_000;

    private static readonly string LockEndedSequences = SqlText.Read("lock_ended_sequences");
    private static readonly string RecoverSequences = SqlText.Read("recover_sequences");

    /// <summary>An end of a slow transaction of the service itself lies behind the cursor by no more than this; those of callers say so.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <summary>The resolution of PostgreSQL.</summary>
    private static readonly TimeSpan Instant = TimeSpan.FromMicroseconds(1);

    private static readonly TimeSpan FullEvery = TimeSpan.FromMinutes(1);

    private readonly LateTimes late = new(database, clock, LateTimeKind.Ended);
    private DateTimeOffset? endsFrom;
    private DateTimeOffset? leftFrom;
    private (DateTime At, long Seq)? stoppedAt;
    private long lastFull;

    /// <summary>One transaction. If the process dies before it commits, nothing happened, and whoever comes next sees to the same ends.</summary>
    public async Task<AdvancedSequences> AdvanceAsync(int maxEnds, CancellationToken cancellationToken)
    {
        var before = endsFrom;
        if (endsFrom is null || clock.GetElapsedTime(lastFull) >= FullEvery)
            (endsFrom, lastFull) = (DateTimeOffset.UnixEpoch, clock.GetTimestamp());
        endsFrom = await late.GoBackAsync(endsFrom.Value, cancellationToken);
        if (endsFrom < before)
            (stoppedAt, leftFrom) = (null, null);

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (from, fromSeq) = stoppedAt ?? (endsFrom.Value.UtcDateTime, long.MaxValue);
        await using var command = new NpgsqlCommand(LockEndedSequences, connection).With(from, NpgsqlDbType.TimestampTz).With(fromSeq).With(maxEnds);
        var ends = await EndedHeads.ReadAsync(command, cancellationToken);

        if (stoppedAt is null)
            leftFrom = null;
        if (ends.Count == 0)
        {
            stoppedAt = null;
            return default;
        }

        var advanced = await ends.AdvanceAsync(connection, actor: null, cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        // What is left for later, however much of it, keeps nobody from what comes behind it; once all was looked at, the next look begins with it again.
        leftFrom ??= ends.LeftFrom;
        stoppedAt = ends.Count == maxEnds && leftFrom is not null ? ends.Stop : null;
        var settledTo = leftFrom - Instant < ends.Last - Margin ? leftFrom - Instant : ends.Last - Margin;
        if (settledTo > endsFrom)
            endsFrom = settledTo;
        return advanced;
    }

    public async Task<int> RecoverAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        for (var after = ""; after is not null;)
        {
            await using var command = database.CreateCommand(RecoverSequences).With(after).With(SequencesARound);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            after = reader.TextOrNull(0);
            total += reader.GetInt32(1);
        }

        return total;
    }
}
