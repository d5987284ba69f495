using JobService.Core.Queues;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Keeps the statistics of queues in PostgreSQL. A fold begins where the last one ended rather than at the first note there is, which lies behind those that were folded
/// before and can't be taken away while anyone holds a snapshot; a full one each minute finds what lies before that all the same, as in a database that was made from a dump.
/// </summary>
internal sealed class PostgresQueueStatisticsStore(NpgsqlDataSource database, TimeProvider clock) : IQueueStatisticsStore
{
    private const int MinutesARound = 1_000;

    /// <summary>A full fold takes no more than a part of the time in so many.</summary>
    private const int Pace = 50;

    private static readonly TimeSpan FullEvery = TimeSpan.FromMinutes(1);

    private static readonly string FoldStatistics = SqlText.Read("fold_statistics");
    private static readonly string BeginQueueCount = SqlText.Read("begin_queue_count");
    private static readonly string CountQueues = SqlText.Read("count_queues");
    private static readonly string PruneStatistics = SqlText.Read("prune_statistics");

    private (long At, TimeSpan Took)? lastFull;

    public async Task<int> FoldAsync(int maxNotes, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var isFull = lastFull is not { } last || clock.GetElapsedTime(last.At, began) >= (Pace * last.Took > FullEvery ? Pace * last.Took : FullEvery);
        await using var command = database.CreateCommand(FoldStatistics).With(isFull).With(maxNotes);

        // The statement is its own transaction. If the process dies before it is committed, the notes are still there; if it dies after, they are gone and added.
        var folded = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (isFull)
            lastFull = (began, clock.GetElapsedTime(began));
        return folded;
    }

    public async Task<int> CountAsync(TimeSpan atMostEvery, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var begin = new NpgsqlCommand(BeginQueueCount, connection).With((long)atMostEvery.TotalMilliseconds))
        {
            if (await begin.ExecuteScalarAsync(cancellationToken) is not true)
                return 0;
        }

        await using var count = new NpgsqlCommand(CountQueues, connection) { CommandTimeout = 0 };
        var wrong = await count.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return wrong;
    }

    public async Task<int> PruneAsync(TimeSpan keep, CancellationToken cancellationToken)
    {
        for (var total = 0; ;)
        {
            await using var command = database.CreateCommand(PruneStatistics).With((long)keep.TotalMilliseconds).With(MinutesARound);
            var pruned = await command.ExecuteNonQueryAsync(cancellationToken);
            total += pruned;
            if (pruned < MinutesARound)
                return total;
        }
    }
}
