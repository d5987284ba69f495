using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>A schedule's row that another transaction has changed and not committed yet, as a round holds it.</summary>
internal sealed class HeldSchedule : IAsyncDisposable
{
    private readonly TestStorage storage;
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private HeldSchedule(TestStorage storage, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        (this.storage, this.connection, this.transaction) = (storage, connection, transaction);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<HeldSchedule> BeginAsync(TestStorage storage, string change)
    {
        // Not from the pool under test: that is for calls that end.
        var opened = await storage.Database.Source.OpenConnectionAsync(Cancellation);
        var held = new HeldSchedule(storage, opened, await opened.BeginTransactionAsync(Cancellation));
        await held.ExecuteAsync(change);
        return held;
    }

    /// <summary>Once the call waits for the row, does what is left to do, and commits; a call that does not wait is none to be tested so.</summary>
    public async Task CommitBeforeAsync(Task call, string? last = null)
    {
        while (!await IsAnyoneWaitingAsync())
            Assert.False(call.IsCompleted, "It was to wait for the schedule's row.");
        if (last is not null)
            await ExecuteAsync(last);
        await transaction.CommitAsync(Cancellation);
    }

    /// <summary>Rolls back what was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private Task<bool> IsAnyoneWaitingAsync() => storage.Database.QueryAsync<bool>(
        "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND locktype = 'transactionid' AND datname = current_database())");
}
