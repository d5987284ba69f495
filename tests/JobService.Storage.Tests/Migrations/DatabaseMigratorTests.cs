using JobService.Core.Storage.Migrations;
using JobService.TestKit;
using Npgsql;

namespace JobService.Storage.Tests.Migrations;

public sealed class DatabaseMigratorTests
{
    [Fact]
    public async Task Migrating_again_and_at_once_changes_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, TestContext.Current.CancellationToken)));

        Assert.Equal(1, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.migrations"));
        Assert.Equal(5, await database.QueryAsync<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'jobservice.jobs'::regclass"));
    }

    [Fact]
    public async Task An_empty_database_is_migrated_by_several_processes_at_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("DROP SCHEMA jobservice CASCADE");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, TestContext.Current.CancellationToken)));

        Assert.Equal(1, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.migrations"));
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_made_by_one_of_several_processes()
    {
        await using var server = await PostgresServer.StartAsync();
        var missing = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "missing" }.ConnectionString;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            DatabaseMigrator.MigrateAsync(missing, TimeProvider.System, TestContext.Current.CancellationToken)));

        await using var database = NpgsqlDataSource.Create(missing);
        await using var command = database.CreateCommand("SELECT count(*) FROM jobservice.migrations");
        Assert.Equal(1L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_server_that_is_not_up_yet_is_waited_for()
    {
        await using var server = await PostgresServer.StartAsync();
        await server.CrashAsync();

        var clock = new FirstWait();
        var migration = DatabaseMigrator.MigrateAsync(server.ConnectionString, clock, TestContext.Current.CancellationToken);
        await Task.WhenAny(clock.Begun, migration);
        Assert.False(migration.IsCompleted);
        await server.StartAgainAsync();
        await migration;
    }

    [Fact]
    public async Task The_clock_of_a_test_database_moves_by_what_it_is_told()
    {
        await using var database = await TestDatabase.CreateAsync();

        await database.AdvanceAsync(TimeSpan.FromHours(1));
        await database.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.Equal(2, await database.QueryAsync<decimal>("SELECT round(extract(epoch FROM jobservice.now() - statement_timestamp()) / 3600, 3)"));
    }

    /// <summary>The real clock, which tells when someone first waits by it.</summary>
    private sealed class FirstWait : TimeProvider
    {
        private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => begun.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            begun.TrySetResult();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
