using JobService.Core.Storage.Migrations;
using Npgsql;

namespace JobService.TestKit;

/// <summary>The one server of a test process, started when first needed and stopped at its end, with a migrated template.</summary>
internal static class PostgresCluster
{
    private const string Template = "jobservice";

    private static readonly Lazy<Task<PostgresServer>> Server = new(StartAsync);
    private static readonly SemaphoreSlim Cloning = new(1);

    public static async Task<string> CreateDatabaseAsync(string name)
    {
        var server = await Server.Value;
        await Cloning.WaitAsync();
        try
        {
            await ExecuteAsync(server, TestSql.Fill("create_from_template", name, Template));
        }
        finally
        {
            Cloning.Release();
        }

        return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString;
    }

    public static async Task DropDatabaseAsync(string name) => await ExecuteAsync(await Server.Value, TestSql.Fill("drop_database", name));

    private static async Task<PostgresServer> StartAsync()
    {
        var server = await PostgresServer.StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        var template = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString;
        await DatabaseMigrator.MigrateAsync(template, TimeProvider.System, CancellationToken.None);
        NpgsqlConnection.ClearAllPools();
        return server;
    }

    private static async Task ExecuteAsync(PostgresServer server, string sql)
    {
        var address = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
