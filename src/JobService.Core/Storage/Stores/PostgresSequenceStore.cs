using JobService.Core.Jobs;
using JobService.Core.Sequences;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Changes sequences in PostgreSQL.</summary>
internal sealed class PostgresSequenceStore(NpgsqlDataSource database) : ISequenceStore
{
    private static readonly string PassHead = SqlText.Read("pass_head");

    public async Task<bool> ResumeAsync(SequenceKey key, JobId? head, string? reason, string? actor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await HeldLock.BePatientAsync(connection, HeldLock.Patience, cancellationToken);
        await using var command = new NpgsqlCommand(PassHead, connection)
            .With(key.Text).With(head?.Value, NpgsqlDbType.Uuid).With(reason, NpgsqlDbType.Text).With(actor, NpgsqlDbType.Text);
        var ends = await EndedHeads.ReadAsync(command, cancellationToken);
        if (ends.Count == 0)
            return false;

        await ends.AdvanceAsync(connection, actor, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
