using JobService.Core.Jobs;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Promotes and expires what is due. Promotion starts where due jobs began a little while ago rather than at the start of
/// the index, which is full of the dead rows of jobs promoted before; a full sweep each minute leaves nothing behind.
/// </summary>
internal sealed class PostgresDueJobsStore(NpgsqlDataSource database, TimeProvider clock) : IDueJobsStore
{
    private static readonly string PromoteDueJobs = SqlText.Read("promote_due_jobs");
    private static readonly string ExpireJobs = SqlText.Read("expire_jobs");

    /// <summary>A job of a slow transaction of the service itself lies behind the cursor by no more than this; those of callers say so.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FullEvery = TimeSpan.FromMinutes(1);
    private static readonly (DateTime At, Guid Id) FirstEntry = (DateTime.UnixEpoch, Guid.Empty);

    private readonly LateTimes late = new(database, clock, LateTimeKind.Due);
    private DateTimeOffset? dueFrom;
    private (DateTime At, Guid Id) expiredTo = FirstEntry;
    private long lastFull;

    public async Task<int> PromoteAsync(int maxJobs, CancellationToken cancellationToken)
    {
        if (dueFrom is null || clock.GetElapsedTime(lastFull) >= FullEvery)
            (dueFrom, lastFull) = (DateTimeOffset.UnixEpoch, clock.GetTimestamp());
        dueFrom = await late.GoBackAsync(dueFrom.Value, cancellationToken);

        await using var command = database.CreateCommand(PromoteDueJobs)
            .With(dueFrom.Value.UtcDateTime, NpgsqlDbType.TimestampTz).With(maxJobs);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var promoted = 0;
        DateTimeOffset? last = null;
        for (; await reader.ReadAsync(cancellationToken); promoted++)
            last = reader.Instant(0);

        if (last - Margin > dueFrom)
            dueFrom = last - Margin;
        return promoted;
    }

    public async Task<int> ExpireAsync(int maxJobs, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ExpireJobs).With(expiredTo.At, NpgsqlDbType.TimestampTz).With(expiredTo.Id).With(maxJobs);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);

        // Those that are left for later, however many, keep nobody from what comes behind them.
        var (lookedAt, settled) = (reader.GetInt32(1), reader.GetInt32(2));
        expiredTo = lookedAt == maxJobs && settled < lookedAt ? (reader.GetDateTime(3), reader.GetGuid(4)) : FirstEntry;
        return reader.GetInt32(0);
    }
}
