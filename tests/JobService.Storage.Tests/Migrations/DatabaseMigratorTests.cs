using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Storage.Migrations;
using JobService.TestKit;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace JobService.Storage.Tests.Migrations;

public sealed class DatabaseMigratorTests
{
    /// <summary>How many there are: each is a file.</summary>
    private static readonly long Migrations = typeof(DatabaseMigrator).Assembly.GetManifestResourceNames()
        .LongCount(resource => resource.StartsWith("Migrations/", StringComparison.Ordinal));

    [Fact]
    public async Task Migrating_again_and_at_once_changes_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, TestContext.Current.CancellationToken)));

        Assert.Equal(Migrations, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.migrations"));
        Assert.Equal(5, await database.QueryAsync<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'jobservice.jobs'::regclass"));
    }

    [Fact]
    public async Task An_empty_database_is_migrated_by_several_processes_at_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("DROP SCHEMA jobservice CASCADE");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, TestContext.Current.CancellationToken)));

        Assert.Equal(Migrations, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.migrations"));
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
        Assert.Equal(Migrations, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_migration_that_is_cut_off_in_its_middle_is_made_again_as_a_whole()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("DROP SCHEMA jobservice CASCADE");
        await database.ExecuteAsync("CREATE SCHEMA jobservice");

        // A table of the same name, not yet committed, holds the migration up half-way.
        await using var other = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var create = new NpgsqlCommand("CREATE TABLE jobservice.workers (id int)", other))
            await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var migration = DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, TestContext.Current.CancellationToken);
        const string Blocked = "SELECT coalesce(max(pid), 0) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND locktype = 'transactionid' AND datname = current_database()";
        int pid;
        do
            pid = await database.QueryAsync<int>(Blocked);
        while (pid == 0 && !migration.IsCompleted);

        Assert.True(await database.QueryAsync<bool>("SELECT pg_terminate_backend($1, 10000)", pid));
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname = 'jobservice' AND tablename <> 'migrations'"));
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        await migration;

        Assert.Equal(Migrations, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.migrations"));
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_of_it_and_can_be_run_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("DROP SCHEMA jobservice CASCADE");
        await database.ExecuteAsync("CREATE SCHEMA jobservice");
        await database.ExecuteAsync("CREATE TABLE jobservice.workers (id int)");

        await Assert.ThrowsAsync<PostgresException>(() =>
            DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Equal("workers", await database.QueryAsync<string>("SELECT string_agg(tablename, ' ') FROM pg_tables WHERE schemaname = 'jobservice' AND tablename <> 'migrations'"));

        await database.ExecuteAsync("DROP TABLE jobservice.workers");
        await DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(Migrations, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.migrations"));
    }

    [Fact]
    public async Task A_schema_that_a_later_version_expanded_is_left_alone_and_worked_with()
    {
        await using var storage = await TestStorage.CreateAsync();
        var worker = await storage.RegisterWorkerAsync();
        for (var round = 0; round < 2; round++)
            await RunAJobAsync(storage, worker);

        // What a later expand_ migration may do under running processes and their prepared statements.
        var cancellation = TestContext.Current.CancellationToken;
        foreach (var table in (string[])["jobs", "ready_jobs", "running_jobs", "scheduled_jobs", "expiring_jobs", "finished_jobs", "attempts", "job_events", "workers", "lanes", "queues", "job_types"])
            await storage.Database.ExecuteAsync($"ALTER TABLE jobservice.{table} ADD COLUMN later text");
        await storage.Database.ExecuteAsync("INSERT INTO jobservice.migrations VALUES ('9999_later', '10.0.0')");
        await DatabaseMigrator.MigrateAsync(storage.Database.ConnectionString, TimeProvider.System, cancellation);

        await RunAJobAsync(storage, worker);
        Assert.Equal(Migrations + 1, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.migrations"));
    }

    [Fact]
    public async Task A_server_that_is_not_up_yet_is_waited_for()
    {
        await using var server = await PostgresServer.StartAsync();
        await server.CrashAsync();

        var clock = new FirstWait();
        var log = new Lines();
        var address = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        var migration = DatabaseMigrator.MigrateAsync(server.ConnectionString, clock, log, TestContext.Current.CancellationToken);
        await Task.WhenAny(clock.Begun, migration);
        Assert.False(migration.IsCompleted);
        await server.StartAgainAsync();
        await migration;

        var (level, told) = Assert.Single(log.Told);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains($"{address.Host}:{address.Port}", told, StringComparison.Ordinal);
        Assert.Contains("30 s", told, StringComparison.Ordinal);
        Assert.DoesNotContain(address.Password!, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_clock_of_a_test_database_moves_by_what_it_is_told()
    {
        await using var database = await TestDatabase.CreateAsync();

        await database.AdvanceAsync(TimeSpan.FromHours(1));
        await database.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.Equal(2, await database.QueryAsync<decimal>("SELECT round(extract(epoch FROM jobservice.now() - statement_timestamp()) / 3600, 3)"));
    }

    private static async Task RunAJobAsync(TestStorage storage, WorkerId worker)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var id = Assert.Single(await storage.EnqueueAsync(storage.NewJob()));
        await storage.Jobs.EditAsync(id, new JobEdit { Priority = new JobPriority(9) }, actor: null, cancellation);
        var claims = storage.Claimer();
        var claim = Assert.Single((await claims.ExchangeAsync(
            [], new ClaimRequest { Worker = worker, MaxJobs = 1, Types = [JobType.Parse("demo.echo")] }, cancellation)).Claims);
        await claims.ExchangeAsync([JobTransition.Succeed(claim.Id, claim.Token, "1"u8.ToArray())], request: null, cancellation);
        await storage.Jobs.RestartAsync(id, new JobRestart(), actor: null, cancellation);
        await storage.Jobs.CancelAsync(id, reason: null, actor: null, cancellation);
        Assert.Equal(JobState.Cancelled, (await storage.Queries.FindAsync(id, cancellation)).Value!.State);
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
