using JobService.Core.Storage.Migrations;
using JobService.TestKit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace JobService.Storage.Tests.Migrations;

/// <summary>Roles and databases have limits for the statements of people and programs. What a start waits for takes as long as it takes.</summary>
public sealed class ServerLimitTests : IAsyncLifetime
{
    private const string Earlier = "0004_last_attempts";

    private readonly TestDatabase database = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData("1785684577, -1")] // the migration of another process
    [InlineData("1785684577")] // the days that it makes
    public async Task A_start_waits_for_another_one_longer_than_the_server_lets_a_statement_run(string key)
    {
        await database.GoBackToAsync(Earlier);

        // Connected before there are limits, which bind those that come then.
        await using var other = await database.Source.OpenConnectionAsync(Cancellation);
        await ExecuteAsync(other, $"SELECT pg_advisory_lock({key})");
        await LimitAsync();

        var migration = DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, Cancellation);
        while (!await HasWaitedAsync(other) && !migration.IsCompleted)
        {
        }

        Assert.False(migration.IsCompleted);
        await ExecuteAsync(other, $"SELECT pg_advisory_unlock({key})");
        await migration;
        Assert.NotEqual(Earlier, await AskAsync(other, """SELECT max("MigrationId") FROM jobservice.migrations"""));
    }

    [Fact]
    public async Task What_a_migration_does_itself_has_all_the_time_it_needs()
    {
        const string Limits = "SELECT concat_ws(' ', current_setting('lock_timeout'), current_setting('statement_timeout'), nullif(current_setting('transaction_timeout', true), '0'))";
        await LimitAsync();

        await using var context = GuardedMigration.CreateContext(database.ConnectionString);
        await context.Database.OpenConnectionAsync(Cancellation);
        var connection = (NpgsqlConnection)context.Database.GetDbConnection();
        Assert.StartsWith("5s 0", (string)(await AskAsync(connection, Limits))!, StringComparison.Ordinal);
        await using var transaction = await context.Database.BeginTransactionAsync(Cancellation);
        Assert.Equal("2s 0", await AskAsync(connection, Limits));
    }

    /// <summary>Not so short that it would end what merely reads the catalog on a busy machine.</summary>
    private Task LimitAsync() => database.ExecuteAsync(
        """
        DO $$
        DECLARE
            known text;
        BEGIN
            FOR known IN SELECT name FROM pg_settings WHERE name IN ('lock_timeout', 'statement_timeout', 'transaction_timeout') LOOP
                EXECUTE format('ALTER DATABASE %I SET %s = 500', current_database(), known);
            END LOOP;
        END $$
        """);

    /// <summary>Whether someone waits for a lock since longer than that.</summary>
    private static async Task<bool> HasWaitedAsync(NpgsqlConnection observer) => await AskAsync(
        observer,
        """
        SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND clock_timestamp() - waitstart > interval '600 milliseconds'
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """) is true;

    private static Task ExecuteAsync(NpgsqlConnection connection, string sql) => AskAsync(connection, sql);

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
