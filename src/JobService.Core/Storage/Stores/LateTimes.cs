using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>The times to which one who looks from a time on has to go back, since a transaction of a caller was committed late: see <c>late_times</c>.</summary>
internal sealed class LateTimes(NpgsqlDataSource database, TimeProvider clock, LateTimeKind kind)
{
    private static readonly string TakeLateTimes = SqlText.Read("take_late_times");
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    /// <summary>The resolution of PostgreSQL.</summary>
    private static readonly TimeSpan Instant = TimeSpan.FromMicroseconds(1);

    private long? lastTake;

    /// <summary>Takes what there is, now and then. If the process dies before it has looked there, others find it by a full look.</summary>
    /// <param name="from">After which time the next look begins.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>After which it is to begin instead.</returns>
    public async Task<DateTimeOffset> GoBackAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        if (lastTake is { } last && clock.GetElapsedTime(last) < Every)
            return from;
        lastTake = clock.GetTimestamp();
        await using var command = database.CreateCommand(TakeLateTimes).With((short)kind);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.InstantOrNull(0) is { } late && late - Instant < from ? late - Instant : from;
    }
}
