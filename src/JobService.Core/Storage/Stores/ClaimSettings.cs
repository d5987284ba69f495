using JobService.Core.Errors;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Changes what claims go by, in a transaction that no claim overlaps. What is changed is locked while claims go on: whoever holds it for long, as a transaction that enqueues in SQL may, holds up
/// this change and nothing else.
/// </summary>
internal static class ClaimSettings
{
    /// <summary>How long a change waits for the claims under way, as a <c>lock_timeout</c>; they take milliseconds.</summary>
    private const string Patience = "2s";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly string LockSettings = SqlText.Read("lock_settings");
    private static readonly string InternLimitKey = SqlText.Read("intern_limit_key");
    private static readonly string ChangeClaimSettings = SqlText.Read("change_claim_settings");

    /// <summary>If the process dies before it commits, nothing has changed, but that a limit key may have a row that says nothing.</summary>
    /// <param name="database">Where it is.</param>
    /// <param name="what">What is changed, as the beginning of a sentence.</param>
    /// <param name="subject">The same as the key of a limit names it: changes of one subject come one after the other.</param>
    /// <param name="key">The key that gets a limit; null where none does, or many do.</param>
    /// <param name="change">The change itself.</param>
    /// <param name="read">Reads what came of it; a refusal undoes it.</param>
    /// <param name="behind">What is done while no claim is under way.</param>
    /// <param name="answer">Makes the answer of what came of the change and of the rows of the last of these.</param>
    /// <param name="cancellationToken">Ends the wait; whether it was changed is then unknown.</param>
    public static async Task<Result<T>> ChangeAsync<TChanged, T>(
        NpgsqlDataSource database,
        string what,
        string subject,
        string? key,
        NpgsqlBatchCommand change,
        Func<NpgsqlDataReader, Task<Result<TChanged>>> read,
        IReadOnlyList<NpgsqlBatchCommand> behind,
        Func<TChanged, NpgsqlDataReader, Task<Result<T>>> answer,
        CancellationToken cancellationToken)
        where TChanged : notnull
        where T : notnull
    {
        var isLocked = false;
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            if (key is not null)
                await InternAsync(connection, key, cancellationToken);

            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            Result<TChanged> changed;
            await using (var first = new NpgsqlBatch(connection, transaction) { BatchCommands = { NameTable.WithPatience(), new NpgsqlBatchCommand(LockSettings).With(subject), change } })
            {
                await using var reader = await first.ExecuteReaderAsync(cancellationToken);
                await reader.NextResultAsync(cancellationToken);
                await reader.NextResultAsync(cancellationToken);
                changed = await read(reader);
            }

            if (changed.IsRefused(out var refusal, out var got))
                return refusal;

            isLocked = true;
            Result<T> answered;
            await using (var second = new NpgsqlBatch(connection, transaction) { BatchCommands = { new NpgsqlBatchCommand(ChangeClaimSettings).With(Patience) } })
            {
                foreach (var command in behind)
                    second.BatchCommands.Add(command);
                await using var reader = await second.ExecuteReaderAsync(cancellationToken);
                for (var i = 0; i < behind.Count; i++)
                    await reader.NextResultAsync(cancellationToken);
                answered = await answer(got, reader);
            }

            await transaction.CommitAsync(cancellationToken);
            return answered;
        }
        catch (PostgresException e) when (HeldLock.Is(e))
        {
            return new Refusal.InUse(
                isLocked ? "A claim is under way that takes too long to wait for; nothing was changed." : $"{what} is held by a transaction that is still open; nothing was changed.", RetryAfter);
        }
    }

    private static async Task InternAsync(NpgsqlConnection connection, string key, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { NameTable.WithPatience(), new NpgsqlBatchCommand(InternLimitKey).With(key) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
