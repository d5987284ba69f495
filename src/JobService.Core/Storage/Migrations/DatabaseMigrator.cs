using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace JobService.Core.Storage.Migrations;

/// <summary>Brings the schema up to date. Any number of processes may call at once: one migrates, the others wait for it.</summary>
public static partial class DatabaseMigrator
{
    private static readonly TimeSpan WaitForServer = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc cref="MigrateAsync(string, TimeProvider, ILogger, CancellationToken)"/>
    public static Task MigrateAsync(string connectionString, TimeProvider clock, CancellationToken cancellationToken) =>
        MigrateAsync(connectionString, clock, NullLogger.Instance, cancellationToken);

    /// <summary>Applies what is missing and makes the partitions of the days around today.</summary>
    /// <exception cref="InvalidOperationException">Long transactions of others held what a migration changes; the message says what to do.</exception>
    /// <exception cref="NpgsqlException">The server stayed away for 30 s, or a migration failed; then nothing of it remains.</exception>
    public static async Task MigrateAsync(string connectionString, TimeProvider clock, ILogger log, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var isTold = false;
        while (true)
        {
            try
            {
                await MigrateOnceAsync(connectionString, clock, log, cancellationToken);
                return;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase)
            {
                // Another process made the missing database in this moment.
            }
            catch (NpgsqlException e) when (e.IsTransient && clock.GetElapsedTime(begun) < WaitForServer)
            {
                // Started together with its database, which is not ready yet; or the address is wrong, and someone waits for a word.
                if (!isTold)
                {
                    var address = new NpgsqlConnectionStringBuilder(connectionString);
                    LogDatabaseAway(log, address.Host, address.Port, WaitForServer.TotalSeconds, e.Message);
                }

                isTold = true;
                await Task.Delay(RetryAfter, clock, cancellationToken);
            }
        }
    }

    private static async Task MigrateOnceAsync(string connectionString, TimeProvider clock, ILogger log, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await CreateIfMissingAsync(database, connectionString, cancellationToken);
        await new GuardedMigration(connectionString, clock, log).ApplyAsync(database, cancellationToken);

        // One transaction, in which another process that makes them is waited for as long as the connection string lets a command take.
        await using var days = database.CreateBatch();
        days.BatchCommands.Add(new NpgsqlBatchCommand(SqlText.Read("lift_limits")));
        days.BatchCommands.Add(new NpgsqlBatchCommand(SqlText.Read("create_partitions")));
        await days.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task CreateIfMissingAsync(NpgsqlDataSource database, string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
        }
        catch (PostgresException missing) when (missing.SqlState is PostgresErrorCodes.InvalidCatalogName)
        {
            await using var context = GuardedMigration.CreateContext(connectionString);
            try
            {
                await context.GetService<IRelationalDatabaseCreator>().CreateAsync(cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
            {
                // Another process was quicker.
            }
        }
    }
}
