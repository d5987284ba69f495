using JobService.Core.Jobs;
using Npgsql;

namespace JobService.Storage.Tests.EnqueueInSql;

/// <summary>A transaction of a program in any language, which enqueues jobs in SQL.</summary>
internal sealed class SqlTransaction : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private SqlTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) => (this.connection, this.transaction) = (connection, transaction);

    public static async Task<SqlTransaction> BeginAsync(TestStorage storage)
    {
        var opened = await storage.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return new SqlTransaction(opened, await opened.BeginTransactionAsync(TestContext.Current.CancellationToken));
    }

    public async Task<JobId> EnqueueAsync(string type = "demo.echo", string payload = "1", string options = "{}") =>
        new(await QueryAsync<Guid>("SELECT jobservice.enqueue($1, $2::json, $3::json)", type, payload, options));

    public async Task<T> QueryAsync<T>(string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public Task CommitAsync() => transaction.CommitAsync(TestContext.Current.CancellationToken);

    /// <summary>Rolls back what was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
