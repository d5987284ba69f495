using JobService.Core.Storage.Embedded;
using JobService.Core.Storage.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace JobService.Bench.Cluster;

/// <summary>The one PostgreSQL that everything is measured on: durable, with the settings a machine of this size would be given.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    /// <summary>Beside PostgreSQL's defaults, where <c>fsync</c>, <c>synchronous_commit</c> and <c>full_page_writes</c> are on.</summary>
    public static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["shared_buffers"] = "1GB",
        ["max_wal_size"] = "8GB",
        ["checkpoint_timeout"] = "15min",
        ["wal_buffers"] = "16MB",
    };

    private const string Template = "jobservice";

    private readonly EmbeddedPostgres server;

    private BenchCluster(EmbeddedPostgres server, string folder) => (this.server, Folder) = (server, folder);

    public string Folder { get; }

    public static async Task<BenchCluster> StartAsync(string folder)
    {
        var started = await EmbeddedPostgres.StartAsync(
            new EmbeddedSettings { DataFolder = folder, ServerSettings = Settings }, NullLogger.Instance, CancellationToken.None);
        await DatabaseMigrator.MigrateAsync(Address(started, Template, isPooled: false), TimeProvider.System, CancellationToken.None);
        NpgsqlConnection.ClearAllPools();
        return new BenchCluster(started, folder);
    }

    /// <summary>A database with the service's schema, or an empty one.</summary>
    public async Task<BenchDatabase> CreateDatabaseAsync(string name, bool isEmpty = false)
    {
        await ExecuteAsync("postgres", BenchSql.Read("drop_database").Replace("{name}", name, StringComparison.Ordinal));
        await ExecuteAsync("postgres", BenchSql.Read("create_database").Replace("{name}", name, StringComparison.Ordinal)
            .Replace("{template}", isEmpty ? "template0" : Template, StringComparison.Ordinal));
        return new BenchDatabase(this, name, Address(server, name, isPooled: true));
    }

    public Task DropDatabaseAsync(string name) =>
        ExecuteAsync("postgres", BenchSql.Read("drop_database").Replace("{name}", name, StringComparison.Ordinal));

    public async Task<string> VersionAsync()
    {
        await using var connection = new NpgsqlConnection(Address(server, "postgres", isPooled: false));
        await connection.OpenAsync();
        return connection.PostgreSqlVersion.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await server.DisposeAsync();
    }

    private async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(Address(server, database, isPooled: false));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    private static string Address(EmbeddedPostgres server, string database, bool isPooled) =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = database, Pooling = isPooled }.ConnectionString;
}
