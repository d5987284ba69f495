using JobService.TestKit;
using Npgsql;

namespace JobService.Storage.Tests.Migrations;

/// <summary>A transaction that has read a table and stays open, as that of a backup or a report.</summary>
internal sealed class LongReader : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;

    private LongReader(NpgsqlConnection connection) => this.connection = connection;

    public int ProcessId => connection.ProcessID;

    public static async Task<LongReader> BeginAsync(TestDatabase database, string table)
    {
        // Not of a pool: it is over when the connection is.
        var opened = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false, ApplicationName = "report" }.ConnectionString);
        await opened.OpenAsync(TestContext.Current.CancellationToken);
        await using var read = new NpgsqlCommand($"BEGIN; SELECT count(*) FROM jobservice.{table}", opened);
        await read.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return new LongReader(opened);
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
