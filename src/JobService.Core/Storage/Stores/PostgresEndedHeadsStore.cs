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

    /// <summary>An end of a slow transaction lies behind the cursor by no more than this.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FullEvery = TimeSpan.FromMinutes(1);

    private DateTimeOffset? endsFrom;
    private long lastFull;

    /// <summary>One transaction. If the process dies before it commits, nothing happened, and whoever comes next sees to the same ends.</summary>
    public async Task<AdvancedSequences> AdvanceAsync(int maxEnds, CancellationToken cancellationToken)
    {
        if (endsFrom is null || clock.GetElapsedTime(lastFull) >= FullEvery)
            (endsFrom, lastFull) = (DateTimeOffset.UnixEpoch, clock.GetTimestamp());

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(LockEndedSequences, connection).With(endsFrom.Value.UtcDateTime, NpgsqlDbType.TimestampTz).With(maxEnds);
        var ends = await EndedHeads.ReadAsync(command, cancellationToken);
        if (ends.Count == 0)
            return default;

        var advanced = await ends.AdvanceAsync(connection, actor: null, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (ends.Last - Margin > endsFrom)
            endsFrom = ends.Last - Margin;
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
