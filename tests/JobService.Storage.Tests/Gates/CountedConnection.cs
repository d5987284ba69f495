using JobService.Core.Storage;
using JobService.Core.Storage.Stores;
using Npgsql;

namespace JobService.Storage.Tests.Gates;

/// <summary>
/// A hot pool of one connection, and what its statements read by PostgreSQL's own counters: what was done, whatever statements
/// did it and however they were planned.
/// </summary>
internal sealed class CountedConnection : IAsyncDisposable
{
    private readonly TestStorage storage;

    /// <summary>Read once a second or once a name, by statements that no job waits for.</summary>
    private static readonly string[] Names = ["lanes", "limit_lanes", "queues", "job_types", "workers"];

    private CountedConnection(TestStorage storage)
    {
        this.storage = storage;
        Hot = PostgresDatabase.CreateHot(storage.Database.ConnectionString, storage.Names, maxConnections: 1);
    }

    public NpgsqlDataSource Hot { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Keeps autovacuum from the tables of that storage: PostgreSQL counts what it reads with what is read here.</summary>
    public static async Task<CountedConnection> OpenAsync(TestStorage storage)
    {
        await storage.Database.ExecuteAsync(
            """
            DO $$ DECLARE kept oid; BEGIN
                FOR kept IN SELECT oid FROM pg_class WHERE relnamespace = 'jobservice'::regnamespace AND relkind = 'r' LOOP
                    EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', kept::regclass);
                END LOOP;
            END $$
            """);
        return new CountedConnection(storage);
    }

    public PostgresClaimStore Claimer(TimeProvider? clock = null) => new(Hot, storage.Names, clock ?? TimeProvider.System);

    public PostgresJobStore Jobs() => new(Hot, storage.Names);

    /// <summary>
    /// Waits until everything that was done on other connections has been counted, as it is for sure when they have ended. To be called
    /// before what is counted begins; a transaction that is held open stays.
    /// </summary>
    public async Task SettleAsync()
    {
        storage.Hot.Clear();
        storage.Database.Source.Clear();
        await using var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var others = new NpgsqlCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND state = 'idle' AND pid <> $1", connection)
        {
            Parameters = { new() { Value = await BackendAsync() } },
        };
        while (await others.ExecuteScalarAsync(Stop) is not 0L)
            await Task.Yield();
    }

    /// <summary>What is read meanwhile of each table of jobs, partitions by their own names; only what is read at all.</summary>
    public async Task<IReadOnlyDictionary<string, TableReads>> CountAsync(Func<Task> meanwhile)
    {
        var before = await ReadAsync();
        await meanwhile();
        var after = await ReadAsync();
        return after
            .Select(table => KeyValuePair.Create(table.Key, table.Value - before.GetValueOrDefault(table.Key)))
            .Where(table => table.Value != default)
            .ToDictionary(StringComparer.Ordinal);
    }

    public ValueTask DisposeAsync() => Hot.DisposeAsync();

    private async Task<int> BackendAsync()
    {
        await using var command = Hot.CreateCommand("SELECT pg_backend_pid()");
        return (int)(await command.ExecuteScalarAsync(Stop))!;
    }

    private async Task<Dictionary<string, TableReads>> ReadAsync()
    {
        // A connection keeps its counts for up to a second; this one hands them in before it answers.
        await using (var flush = Hot.CreateCommand("SELECT pg_stat_force_next_flush()"))
            await flush.ExecuteNonQueryAsync(Stop);

        await using var command = storage.Database.Source.CreateCommand(
            """
            SELECT t.relname, t.seq_scan, coalesce(i.scans, 0), coalesce(i.rows, 0),
                   coalesce(b.heap_blks_read + b.heap_blks_hit, 0) + coalesce(b.toast_blks_read + b.toast_blks_hit, 0) + coalesce(i.buffers, 0)
            FROM pg_stat_user_tables t
            JOIN pg_statio_user_tables b USING (relid)
            LEFT JOIN (SELECT relid, sum(idx_scan)::bigint AS scans, sum(idx_tup_read)::bigint AS rows, sum(idx_blks_read + idx_blks_hit)::bigint AS buffers
                       FROM pg_stat_user_indexes JOIN pg_statio_user_indexes USING (relid, indexrelid) GROUP BY relid) i USING (relid)
            WHERE t.schemaname = 'jobservice'
            UNION ALL
            SELECT relname, 0, 0, 0, blks_read + blks_hit FROM pg_statio_user_sequences WHERE schemaname = 'jobservice'
            """);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var reads = new Dictionary<string, TableReads>(StringComparer.Ordinal);
        while (await reader.ReadAsync(Stop))
            reads[reader.GetString(0)] = new TableReads(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4));
        foreach (var name in Names)
            reads.Remove(name);
        return reads;
    }
}
