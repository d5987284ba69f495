using JobService.Core.Storage.Migrations;
using JobService.TestKit;

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
    public async Task The_clock_of_a_test_database_moves_by_what_it_is_told()
    {
        await using var database = await TestDatabase.CreateAsync();

        await database.AdvanceAsync(TimeSpan.FromHours(1));
        await database.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.Equal(2, await database.QueryAsync<decimal>("SELECT round(extract(epoch FROM jobservice.now() - statement_timestamp()) / 3600, 3)"));
    }
}
