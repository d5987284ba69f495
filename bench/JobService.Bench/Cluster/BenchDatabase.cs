using Npgsql;

namespace JobService.Bench.Cluster;

/// <summary>A database for one run; gone after it.</summary>
internal sealed class BenchDatabase(BenchCluster cluster, string name, string connectionString) : IAsyncDisposable
{
    public string ConnectionString { get; } = connectionString;

    /// <summary>As other programs' clients take it.</summary>
    public string Url
    {
        get
        {
            var address = new NpgsqlConnectionStringBuilder(ConnectionString);
            return FormattableString.Invariant($"postgres://{address.Username}:{address.Password}@{address.Host}:{address.Port}/{address.Database}");
        }
    }

    /// <summary>Has so many jobs wait, and leaves the server with nothing to catch up on.</summary>
    public async Task FillAsync(int jobs)
    {
        await ExecuteAsync("add_backlog", ("jobs", jobs));
        await SettleAsync();
    }

    /// <summary>Has done what the server would do in the background for what was written so far: otherwise it would do so while something is measured.</summary>
    public async Task SettleAsync()
    {
        await ExecuteAsync("vacuum");
        await ExecuteAsync("analyze");
        await ExecuteAsync("checkpoint");
    }

    /// <summary>Runs a statement of <c>Sql/</c>, with <c>{name}</c> replaced by the number given.</summary>
    public async Task ExecuteAsync(string statement, params (string Name, int Value)[] numbers)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(BenchSql.Read(statement, numbers), connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Asks a statement of <c>Sql/</c> for a number.</summary>
    public Task<long> CountAsync(string statement, params (string Name, int Value)[] numbers) => CountAsync(ConnectionString, statement, numbers);

    /// <summary>For a process that only knows where the database is.</summary>
    /// <inheritdoc cref="CountAsync(string, ValueTuple{string, int}[])"/>
    public static async Task<long> CountAsync(string connectionString, string statement, params (string Name, int Value)[] numbers)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(BenchSql.Read(statement, numbers), connection) { CommandTimeout = 0 };
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public Task<HeldSnapshot> HoldSnapshotAsync() => HeldSnapshot.TakeAsync(ConnectionString);

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await cluster.DropDatabaseAsync(name);
    }
}
