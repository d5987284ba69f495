using JobService.Core.Retention;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>Builds search indexes in PostgreSQL, each on the partition of its day alone and concurrently, so that nobody waits for it and the day goes with all it has.</summary>
internal sealed class PostgresSearchIndexStore(NpgsqlDataSource database) : ISearchIndexStore
{
    private static readonly string LockSearchIndexes = SqlText.Read("lock_search_indexes");
    private static readonly string ReadSearchIndexCommands = SqlText.Read("read_search_index_commands");
    private static readonly string HoldGuard = SqlText.Read("hold_guard");

    public async Task<bool> BuildNextAsync(TimeSpan keep, CancellationToken cancellationToken)
    {
        // Held to the end: an index that another is building looks like one that broke off.
        await using var guard = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await guard.BeginTransactionAsync(cancellationToken);
        await using (var only = new NpgsqlCommand(LockSearchIndexes, guard))
        {
            if (await only.ExecuteScalarAsync(cancellationToken) is not true)
                return false;
        }

        var commands = await CommandsAsync(guard, keep, cancellationToken);
        if (commands.Count == 0)
            return false;
        await using (var hold = new NpgsqlCommand(HoldGuard, guard))
            await hold.ExecuteNonQueryAsync(cancellationToken);

        // If the process dies in between, the index is found unfinished and begun anew.
        await using var connection = new NpgsqlConnection(PostgresDatabase.ForIndexing(database.ConnectionString));
        await connection.OpenAsync(cancellationToken);
        foreach (var (_, text) in commands.TakeWhile(one => string.Equals(one.Index, commands[0].Index, StringComparison.Ordinal)))
        {
            await using var command = new NpgsqlCommand(text, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return !string.Equals(commands[^1].Index, commands[0].Index, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<(string Index, string Text)>> CommandsAsync(NpgsqlConnection connection, TimeSpan keep, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadSearchIndexCommands, connection).With((long)keep.TotalMilliseconds);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var commands = new List<(string, string)>();
        while (await reader.ReadAsync(cancellationToken))
            commands.Add((reader.GetString(0), reader.GetString(1)));
        return commands;
    }
}
