using JobService.Core.BulkActions;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Keeps bulk actions in PostgreSQL.</summary>
internal sealed class PostgresBulkActionStore(NpgsqlDataSource database, ServerNames server, JobIdSequence ids) : IBulkActionStore
{
    private static readonly string CreateBulkAction = SqlText.Read("create_bulk_action");
    private static readonly string ReadBulkActions = SqlText.Read("read_bulk_actions");
    private static readonly string AbortBulkAction = SqlText.Read("abort_bulk_action");

    public async Task<BulkAction> CreateAsync(NewBulkAction action, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await InternAsync(connection, action, cancellationToken);
        return await CreateAsync(connection, action, cancellationToken);
    }

    public async Task<Result<KeptAnswer>> CreateOnceAsync(
        NewBulkAction action, RequestKey request, Func<BulkAction, KeptAnswer> describe, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await InternAsync(connection, action, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await JobKeys.LockAsync(connection, [request.Hash], patience: null, cancellationToken);
        }
        catch (PostgresException e) when (HeldLock.Is(e))
        {
            return new Refusal.InFlight("A request with this Idempotency-Key is still under way; nothing was done for this one.", TimeSpan.FromSeconds(1));
        }

        if (await JobKeys.AnswerAsync(connection, request, first: null, cancellationToken) is { } kept)
            return kept;
        var created = await CreateAsync(connection, action, cancellationToken);
        var answer = describe(created);
        await JobKeys.KeepAsync(connection, request, answer, new JobId(created.Id.Value), cancellationToken);

        // If the process dies from here on, the caller's next try gets this answer.
        await transaction.CommitAsync(cancellationToken);
        return answer;
    }

    public async Task<BulkAction?> FindAsync(BulkActionId id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, id, cancellationToken);
    }

    public async Task<IReadOnlyList<BulkAction>> ListAsync(BulkActionId? before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, id: null, before, limit, cancellationToken);
    }

    public async Task<Result<BulkAction>> AbortAsync(BulkActionId id, string? actor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var command = new NpgsqlCommand(AbortBulkAction, connection).With(id.Value).With(actor, NpgsqlDbType.Text))
            await command.ExecuteNonQueryAsync(cancellationToken);
        return await FindAsync(connection, id, cancellationToken) switch
        {
            null => new Refusal.NotFound($"There is no bulk action '{id}'."),
            { State: BulkActionState.Aborted } aborted => aborted,
            var over => new Refusal.WrongState(over.State.ToString().ToLowerInvariant(), ["pending", "running"], $"The bulk action has {over.State.ToString().ToLowerInvariant()}."),
        };
    }

    /// <summary>The queue of a move gets its number before anything else, and in a transaction of its own: the steps rely on it.</summary>
    private async Task InternAsync(NpgsqlConnection connection, NewBulkAction action, CancellationToken cancellationToken)
    {
        if (action.Queue is { } queue)
            await server.Current.InternAsync(connection, [queue], [], cancellationToken);
    }

    private async Task<BulkAction> CreateAsync(NpgsqlConnection connection, NewBulkAction action, CancellationToken cancellationToken)
    {
        var id = new BulkActionId(ids.Next().Value);
        await using (var command = BulkActionRows.Fill(new NpgsqlCommand(CreateBulkAction, connection), id, action))
            await command.ExecuteNonQueryAsync(cancellationToken);
        return (await FindAsync(connection, id, cancellationToken))!;
    }

    private static async Task<BulkAction?> FindAsync(NpgsqlConnection connection, BulkActionId id, CancellationToken cancellationToken) =>
        await ReadAsync(connection, id, before: null, limit: 1, cancellationToken) is [var action] ? action : null;

    private static async Task<IReadOnlyList<BulkAction>> ReadAsync(
        NpgsqlConnection connection, BulkActionId? id, BulkActionId? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadBulkActions, connection)
            .With(id?.Value, NpgsqlDbType.Uuid).With(before?.Value, NpgsqlDbType.Uuid).With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var actions = new List<BulkAction>();
        while (await reader.ReadAsync(cancellationToken))
            actions.Add(BulkActionRows.Read(reader));
        return actions;
    }
}
