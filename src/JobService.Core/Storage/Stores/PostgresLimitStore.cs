using JobService.Core.Errors;
using JobService.Core.Limits;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Sets limits in PostgreSQL, each in one transaction that no claim overlaps.</summary>
internal sealed class PostgresLimitStore(NpgsqlDataSource database) : ILimitStore
{
    /// <summary>How long claims under way are waited for; they are a matter of milliseconds.</summary>
    private const string Patience = "2s";

    private static readonly string ChangeClaimSettings = SqlText.Read("change_claim_settings");
    private static readonly string SaveLimit = SqlText.Read("save_limit");
    private static readonly string DeleteLimit = SqlText.Read("delete_limit");
    private static readonly string SettleLimit = SqlText.Read("settle_limit");

    public async Task<Result<bool>> SaveAsync(LimitPattern pattern, LimitSettings settings, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ChangeClaimSettings).With(Patience));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SaveLimit)
            .With(pattern.Text)
            .With(settings.MaxRunning, NpgsqlDbType.Integer)
            .With(settings.Rate?.Limit, NpgsqlDbType.Integer)
            .With(settings.Rate?.Per.Ticks / TimeSpan.TicksPerMicrosecond, NpgsqlDbType.Bigint)
            .With(settings.Rate?.Burst, NpgsqlDbType.Integer)
            .With(settings.IsPaused));
        batch.BatchCommands.Add(Settle(pattern));

        bool isNew;
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            isNew = reader.GetBoolean(0);
        }

        await transaction.CommitAsync(cancellationToken);
        return isNew;
    }

    public async Task<Result<LimitPattern>> DeleteAsync(LimitPattern pattern, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ChangeClaimSettings).With(Patience));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(DeleteLimit).With(pattern.Text));
        batch.BatchCommands.Add(Settle(pattern));
        bool wasThere;
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken);
            wasThere = await reader.ReadAsync(cancellationToken);
        }

        if (!wasThere)
            return new Refusal.NotFound($"limit {pattern}");
        await transaction.CommitAsync(cancellationToken);
        return pattern;
    }

    private static NpgsqlBatchCommand Settle(LimitPattern pattern) => new NpgsqlBatchCommand(SettleLimit).With(pattern.Beginning).With(pattern.IsForMany);
}
