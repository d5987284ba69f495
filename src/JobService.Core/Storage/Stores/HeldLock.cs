using JobService.Core.Errors;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// What people ask for waits two seconds for whoever holds a lock, and what can be left for later a moment: our own transactions are a matter of milliseconds, and one that somebody
/// else has left open would keep a connection of the pool for as long as it pleases.
/// </summary>
internal static class HeldLock
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly string WaitNoLonger = SqlText.Read("wait_no_longer");

    /// <summary>Begins a batch that gives up after that; the error is <see cref="PostgresErrorCodes.LockNotAvailable"/>, and nothing was changed.</summary>
    public static NpgsqlBatchCommand WithPatience() => WithPatience(Patience);

    /// <summary>From here on the transaction gives up after as long as is given.</summary>
    public static async Task BePatientAsync(NpgsqlConnection connection, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(WithPatience(patience));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The same, after as long as is given.</summary>
    public static NpgsqlBatchCommand WithPatience(TimeSpan patience) => new NpgsqlBatchCommand(WaitNoLonger).With((int)patience.TotalMilliseconds);

    public static bool Is(PostgresException e) => e.SqlState is PostgresErrorCodes.LockNotAvailable;

    /// <param name="what">What was waited for.</param>
    public static Refusal.InUse Refuse(string what) => new($"A transaction that is still open holds {what}; nothing was changed.", RetryAfter);
}
