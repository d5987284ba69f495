using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace JobService.Core.Storage.Migrations;

/// <summary>
/// Applies what is missing, as the only process at it. Whoever changes a table needs it for himself, and everyone else queues behind him: so
/// behind a long reader it steps back after a moment, and comes again.
/// </summary>
internal sealed partial class GuardedMigration(string connectionString, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan WaitForReaders = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>What EF's migrator works with. It has all the time it needs, whatever the connection string says of commands.</summary>
    public static JobServiceDbContext CreateContext(string connectionString) => new(new DbContextOptionsBuilder<JobServiceDbContext>()
        .UseNpgsql(PostgresDatabase.ForMaintenance(connectionString), npgsql => npgsql
            .MigrationsHistoryTable("migrations", "jobservice")
            .ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)))
        .AddInterceptors(MigrationTransactions.Instance)
        .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning))
        .Options);

    /// <exception cref="InvalidOperationException">Others held what it changes for 10 min; the message says what to do.</exception>
    public async Task ApplyAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        // EF's own lock ends with each migration, and whoever waited for it goes on with a list that is old by then. This one is kept between
        // the tries too: several processes that came by turns would leave no room for anyone else.
        await using var guard = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await guard.BeginTransactionAsync(cancellationToken);
        await using var lift = new NpgsqlCommand(SqlText.Read("lift_limits"), guard);
        await lift.ExecuteNonQueryAsync(cancellationToken);
        await using var wait = new NpgsqlCommand(SqlText.Read("lock_migrations"), guard) { CommandTimeout = 0 };
        await wait.ExecuteNonQueryAsync(cancellationToken);
        await using var hold = new NpgsqlCommand(SqlText.Read("hold_guard"), guard);
        await hold.ExecuteNonQueryAsync(cancellationToken);

        var begun = clock.GetTimestamp();
        var pause = FirstPause;
        for (var tries = 1; !await TryAsync(cancellationToken); tries++)
        {
            var holder = await FindHolderAsync(database, cancellationToken);
            if (clock.GetElapsedTime(begun) >= WaitForReaders)
            {
                throw new InvalidOperationException(
                    $"The migration was given up after {WaitForReaders.TotalMinutes} min and {tries} tries, since others hold what it changes: {holder}. "
                    + "Let them finish, or end them with pg_terminate_backend and the number of the process; then run migrate, or start again. What was begun is rolled back.");
            }

            LogWaits(log, holder, tries, pause.TotalSeconds, WaitForReaders.TotalMinutes);
            await Task.Delay(pause, clock, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        await using var context = CreateContext(connectionString);
        try
        {
            // EF locks its list against all readers, a backup for one, even when there is nothing to do.
            if ((await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
                await context.Database.MigrateAsync(cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
    }

    private static async Task<string> FindHolderAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(SqlText.Read("read_long_transaction"));
        return await command.ExecuteScalarAsync(cancellationToken) as string ?? "one that has ended by now";
    }
}
