using JobService.Core.Diagnostics;
using JobService.Core.Storage.Migrations;
using JobService.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace JobService.Storage.Tests.Migrations;

/// <summary>A migration needs its tables for itself, and everyone else queues behind it: behind a long reader it must step back.</summary>
public sealed class LongReaderTests : IAsyncLifetime
{
    private const string Earlier = "0004_last_attempts";

    private const string LastMigration = """SELECT max("MigrationId") FROM jobservice.migrations""";

    /// <summary>As the earlier version does it, which goes on while the later one migrates.</summary>
    private const string EnqueueAndClaim = """
        WITH enqueued AS (
            INSERT INTO jobservice.jobs (id, created_at, run_at, seq, type_id, queue_id, hard_limit_ms, priority, payload)
            SELECT (overlay(gen_random_uuid()::text PLACING left(jobservice.first_id(jobservice.now())::text, 13) FROM 1))::uuid,
                   jobservice.now(), jobservice.now(), nextval('jobservice.ready_seq'), 1, 1, 1000, 5, '1'
            RETURNING *
        )
        INSERT INTO jobservice.ready_jobs SELECT seq, id, queue_id, type_id, hard_limit_ms, 0, 4, 0, 0 FROM enqueued;
        WITH taken AS (DELETE FROM jobservice.ready_jobs RETURNING *)
        INSERT INTO jobservice.running_jobs (id, lease_token, started_at, worker_id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
        SELECT j.id, t.seq, jobservice.now(), 1, t.queue_id, t.type_id, t.hard_limit_ms, 1, t.rank, 0, 0
        FROM taken t JOIN jobservice.jobs j ON j.id = t.id
        """;

    private readonly TestDatabase database = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Behind_a_long_reader_jobs_are_enqueued_and_claimed_and_after_it_the_migration_is_made()
    {
        await database.GoBackToAsync(Earlier);
        var log = new Lines();

        // A limit for commands is none for those of a migration.
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString) { CommandTimeout = 1 }.ConnectionString;
        Task migration;
        await using (var reader = await LongReader.BeginAsync(database, "jobs"))
        {
            migration = DatabaseMigrator.MigrateAsync(address, TimeProvider.System, log, Cancellation);
            while (!await IsAnyoneBlockedAsync() && !migration.IsCompleted)
            {
            }

            await EnqueueAndClaimAsync();
            await Task.WhenAny(log.First, migration);
            await EnqueueAndClaimAsync();

            Assert.False(migration.IsCompleted);
            Assert.Equal(Earlier, await database.QueryAsync<string>(LastMigration));
            Assert.All(log.Told, line => Assert.Equal(LogLevel.Warning, line.Level));
            Assert.All(log.Told, line => Assert.StartsWith("The migration waits for a long transaction", line.Line, StringComparison.Ordinal));
            Assert.All(log.Told, line => Assert.Contains($"server process {reader.ProcessId} (report, user ", line.Line, StringComparison.Ordinal));
        }

        await migration;

        Assert.NotEqual(Earlier, await database.QueryAsync<string>(LastMigration));
        Assert.Equal(2, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.running_jobs JOIN jobservice.jobs USING (id)"));
    }

    [Fact]
    public async Task Of_a_reader_that_does_not_end_the_migration_gives_up_and_says_what_to_do()
    {
        await database.GoBackToAsync(Earlier);
        var log = new Lines();
        await using var reader = await LongReader.BeginAsync(database, "jobs");

        var gaveUp = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            DatabaseMigrator.MigrateAsync(database.ConnectionString, new LeapingClock(), log, Cancellation));

        Assert.Single(log.Told);
        var reason = StartFault.Describe(gaveUp);
        Assert.Contains($"server process {reader.ProcessId} (report, user ", reason, StringComparison.Ordinal);
        Assert.Contains("holds jobs", reason, StringComparison.Ordinal);
        Assert.Contains("pg_terminate_backend", reason, StringComparison.Ordinal);
        Assert.Equal(Earlier, await database.QueryAsync<string>(LastMigration));
        Assert.False(await IsAnyoneBlockedAsync());
    }

    [Fact]
    public async Task A_reader_of_everything_is_not_in_the_way_when_there_is_nothing_to_migrate()
    {
        await using var reader = await LongReader.BeginAsync(database, "migrations");
        var log = new Lines();

        await DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, log, Cancellation);

        Assert.Empty(log.Told);
    }

    [Fact]
    public async Task Each_transaction_of_the_migrator_says_itself_how_long_it_waits()
    {
        await using var context = GuardedMigration.CreateContext(database.ConnectionString);
        await using var transaction = await context.Database.BeginTransactionAsync(Cancellation);

        await using var show = context.Database.GetDbConnection().CreateCommand();
        show.CommandText = "SELECT current_setting('lock_timeout') || ' ' || current_setting('statement_timeout')";
        Assert.Equal("2s 0", await show.ExecuteScalarAsync(Cancellation));
    }

    private Task<bool> IsAnyoneBlockedAsync() => database.QueryAsync<bool>(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation IS NOT NULL)");

    /// <summary>Behind a migration that does not step back this fails when its own time is up.</summary>
    private async Task EnqueueAndClaimAsync()
    {
        await using var command = database.Source.CreateCommand(EnqueueAndClaim);
        command.CommandTimeout = 20;
        Assert.Equal(2, await command.ExecuteNonQueryAsync(Cancellation));
    }
}
