using JobService.Core.Storage.Migrations;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Npgsql;

namespace JobService.TestKit;

/// <summary>A migrated database of a test class's own, on a real PostgreSQL, with a clock the test can move.</summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private readonly string name = $"test_{Guid.NewGuid():N}";
    private NpgsqlDataSource? source;
    private TimeSpan ahead;

    public string ConnectionString { get; private set; } = "";

    /// <summary>For a test to look at tables directly.</summary>
    public NpgsqlDataSource Source => source ?? throw new InvalidOperationException("The database is made by InitializeAsync.");

    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        return database;
    }

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await PostgresCluster.CreateDatabaseAsync(name);
        source = NpgsqlDataSource.Create(ConnectionString);
    }

    /// <summary>Moves the database's clock forward; everything due by then is due.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        ahead += by;
        await using var command = Source.CreateCommand(TestSql.Fill("move_clock", (long)ahead.TotalMilliseconds));
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Leaves an empty schema as the version did whose last migration this is.</summary>
    public async Task GoBackToAsync(string migration)
    {
        await using var context = GuardedMigration.CreateContext(ConnectionString);
        var history = context.GetService<IHistoryRepository>();
        var migrations = context.GetService<IMigrationsAssembly>();
        await ExecuteAsync($"DROP SCHEMA jobservice CASCADE; CREATE SCHEMA jobservice; {history.GetCreateScript()}");

        // Not by EF's migrator, which takes only names that begin with a date for a target.
        foreach (var (id, type) in migrations.Migrations.Where(one => string.CompareOrdinal(one.Key, migration) <= 0))
        {
            foreach (var step in migrations.CreateMigration(type, context.Database.ProviderName!).UpOperations.Cast<SqlOperation>())
                await ExecuteAsync(step.Sql);
            await ExecuteAsync(history.GetInsertScript(new HistoryRow(id, "10.0.0")));
        }

        await ExecuteAsync("SELECT jobservice.create_partitions((now() AT TIME ZONE 'UTC')::date + d) FROM generate_series(-1, 3) d");
    }

    /// <summary>Asks one value of the database.</summary>
    public async Task<T> QueryAsync<T>(string sql, params object[] parameters)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await PostgresCluster.DropDatabaseAsync(name);
    }
}
