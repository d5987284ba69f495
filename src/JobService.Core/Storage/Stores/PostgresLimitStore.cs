using JobService.Core.Errors;
using JobService.Core.Limits;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Sets limits in PostgreSQL, each in one transaction that no claim overlaps.</summary>
internal sealed class PostgresLimitStore(NpgsqlDataSource database) : ILimitStore
{
    private static readonly string SaveLimit = SqlText.Read("save_limit");
    private static readonly string DeleteLimit = SqlText.Read("delete_limit");
    private static readonly string SettleLimit = SqlText.Read("settle_limit");

    public Task<Result<bool>> SaveAsync(LimitPattern pattern, LimitSettings settings, CancellationToken cancellationToken) => ClaimSettings.ChangeAsync<bool, bool>(
        database,
        $"The limit {pattern}",
        pattern.Text,
        pattern.IsForMany ? null : pattern.Text,
        new NpgsqlBatchCommand(SaveLimit)
            .With(pattern.Text)
            .With(settings.MaxRunning, NpgsqlDbType.Integer)
            .With(settings.Rate?.Limit, NpgsqlDbType.Integer)
            .With(settings.Rate?.Per.Ticks / TimeSpan.TicksPerMicrosecond, NpgsqlDbType.Bigint)
            .With(settings.Rate?.Burst, NpgsqlDbType.Integer)
            .With(settings.IsPaused),
        async reader =>
        {
            await reader.ReadAsync(cancellationToken);
            return reader.GetBoolean(0);
        },
        [Settle(pattern)],
        (isNew, _) => Task.FromResult<Result<bool>>(isNew),
        cancellationToken);

    public Task<Result<LimitPattern>> DeleteAsync(LimitPattern pattern, CancellationToken cancellationToken) => ClaimSettings.ChangeAsync<LimitPattern, LimitPattern>(
        database,
        $"The limit {pattern}",
        pattern.Text,
        key: null,
        new NpgsqlBatchCommand(DeleteLimit).With(pattern.Text),
        async reader => await reader.ReadAsync(cancellationToken) ? pattern : new Refusal.NotFound($"There is no limit '{pattern}'."),
        [Settle(pattern)],
        (deleted, _) => Task.FromResult<Result<LimitPattern>>(deleted),
        cancellationToken);

    private static NpgsqlBatchCommand Settle(LimitPattern pattern) => new NpgsqlBatchCommand(SettleLimit).With(pattern.Beginning).With(pattern.IsForMany);
}
