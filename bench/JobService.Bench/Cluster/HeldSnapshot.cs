using Npgsql;

namespace JobService.Bench.Cluster;

/// <summary>A transaction that somebody forgot to end: for as long as it is open nothing that is deleted can be cleared away.</summary>
internal sealed class HeldSnapshot : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;

    private HeldSnapshot(NpgsqlConnection connection) => this.connection = connection;

    public static async Task<HeldSnapshot> TakeAsync(string connectionString)
    {
        var held = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await held.OpenAsync();
        await using var hold = new NpgsqlCommand(BenchSql.Read("hold_snapshot"), held);
        await hold.ExecuteNonQueryAsync();
        return new HeldSnapshot(held);
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
