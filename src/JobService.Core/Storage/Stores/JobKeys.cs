using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>What is done to keys, each as part of the transaction that the connection is in. A key is locked before anything is decided by it.</summary>
internal static class JobKeys
{
    /// <summary>For how long others are waited for, where nothing else is said.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string LockKeys = SqlText.Read("lock_keys");
    private static readonly string ReadKeyHolders = SqlText.Read("read_key_holders");
    private static readonly string TakeKeys = SqlText.Read("take_keys");
    private static readonly string ReadKeysOfJob = SqlText.Read("read_keys_of_job");
    private static readonly string ReleaseKeys = SqlText.Read("release_keys");
    private static readonly string MarkKey = SqlText.Read("mark_key");
    private static readonly string ReadAnswer = SqlText.Read("read_answer");
    private static readonly string KeepAnswer = SqlText.Read("keep_answer");

    /// <summary>Locks them until the transaction ends.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="keys">All that it will need: one that is locked later may be waited for in a circle.</param>
    /// <param name="patience">For how long others are waited for; null for 10 s.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task LockAsync(NpgsqlConnection connection, IEnumerable<KeyHash> keys, TimeSpan? patience, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Lock(keys, patience));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>As <see cref="LockAsync"/>, for one round trip with other statements.</summary>
    /// <param name="keys">All that the transaction will need.</param>
    /// <param name="patience">For how long others are waited for; null for 10 s.</param>
    public static NpgsqlBatchCommand Lock(IEnumerable<KeyHash> keys, TimeSpan? patience) =>
        new NpgsqlBatchCommand(LockKeys).With(Hashes(keys)).With((int)(patience ?? Patience).TotalMilliseconds);

    /// <summary>Who has them, and what time it is by the database's clock, as long as there is a row of one of them; a key that nobody had is left out.</summary>
    public static async Task<(Dictionary<KeyHash, KeyHolder> Holders, DateTimeOffset Now)> HoldersAsync(
        NpgsqlConnection connection, IEnumerable<KeyHash> keys, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadKeyHolders, connection).With(Hashes(keys));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (holders, now) = (new Dictionary<KeyHash, KeyHolder>(), default(DateTimeOffset));
        while (await reader.ReadAsync(cancellationToken))
        {
            now = reader.Instant(5);
            if (reader.IsDBNull(1))
                continue;
            var isThere = !reader.IsDBNull(6);
            holders.Add(new KeyHash(reader.GetGuid(0)), new KeyHolder
            {
                Job = new JobId(reader.GetGuid(1)),
                ChangedBy = new JobId(reader.GetGuid(2)),
                Scope = (UniqueScope)reader.GetInt16(3),
                IsWithinTime = reader.GetBoolean(4),
                Type = isThere ? JobType.Parse(reader.GetString(6)) : null,
                State = (JobState)reader.GetInt16(7),
                HasStarted = isThere && reader.GetBoolean(8),
                CreatedAt = isThere ? reader.Instant(9) : default,
                RunAt = isThere ? reader.Instant(10) : default,
            });
        }

        return (holders, now);
    }

    /// <summary>Gives them to the jobs.</summary>
    public static async Task TakeAsync(
        NpgsqlConnection connection, IReadOnlyList<(KeyHash Key, JobId Job, UniqueScope Scope, TimeSpan? Window)> keys, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TakeKeys, connection)
            .With(keys.Select(key => key.Key.Value).ToArray())
            .With(keys.Select(key => key.Job.Value).ToArray())
            .With(keys.Select(key => (short)key.Scope).ToArray())
            .With(keys.Select(key => (long?)key.Window?.TotalMilliseconds).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The keys that a job holds by its state, or held last.</summary>
    public static async Task<IReadOnlyList<KeyHash>> OfJobAsync(NpgsqlConnection connection, JobId id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadKeysOfJob, connection).With(id.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new List<KeyHash>();
        while (await reader.ReadAsync(cancellationToken))
            keys.Add(new KeyHash(reader.GetGuid(0)));
        return keys;
    }

    /// <summary>Takes them from a job, where it still has them.</summary>
    public static async Task ReleaseAsync(NpgsqlConnection connection, IEnumerable<KeyHash> keys, JobId id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReleaseKeys, connection).With(Hashes(keys)).With(id.Value);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Notes which enqueue has changed the holder.</summary>
    public static async Task MarkAsync(NpgsqlConnection connection, KeyHash key, JobId changedBy, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(MarkKey, connection).With(key.Value).With(changedBy.Value);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The answer that is kept for a request; null where there is none, refused where it is another request's.</summary>
    /// <param name="connection">Whatever transaction it is in.</param>
    /// <param name="request">Which request.</param>
    /// <param name="first">The first of its jobs: an answer that tells of it was kept by this very request, whose connection broke. Null where that can't be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Result<KeptAnswer>?> AnswerAsync(NpgsqlConnection connection, RequestKey request, JobId? first, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadAnswer, connection).With(request.Hash.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        if (!request.Is(reader.GetFieldValue<byte[]>(0)))
            return new Refusal.KeyReused("This Idempotency-Key came with another request before; it is kept for 24 hours.");
        return new KeptAnswer(reader.GetInt16(1), reader.IsDBNull(2) ? null : new JobId(reader.GetGuid(2)), reader.GetFieldValue<byte[]>(3))
        {
            IsReplayed = reader.GetGuid(4) != first?.Value,
        };
    }

    /// <summary>Keeps an answer.</summary>
    public static async Task KeepAsync(NpgsqlConnection connection, RequestKey request, KeptAnswer answer, JobId first, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(KeepAnswer, connection)
            .With(request.Hash.Value)
            .With(request.Request, NpgsqlDbType.Bytea)
            .With((short)answer.Status)
            .With(answer.Job?.Value, NpgsqlDbType.Uuid)
            .With(answer.Body, NpgsqlDbType.Bytea)
            .With(first.Value);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Guid[] Hashes(IEnumerable<KeyHash> keys) => [.. keys.Select(key => key.Value).Distinct()];
}
