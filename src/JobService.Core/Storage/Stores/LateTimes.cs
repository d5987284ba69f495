using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>The times to which one who looks from a time on has to go back, since a transaction of a caller was committed late: see <c>late_times</c>.</summary>
internal sealed class LateTimes(NpgsqlDataSource database, TimeProvider clock, LateTimeKind kind)
{
    /// <summary>So many are taken in an instant; a round that takes all there are might take until it is given up, and then so would the next.</summary>
    internal const int MaxTimes = 10_000;

    private static readonly string TakeLateTimes = SqlText.Read("take_late_times");
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    /// <summary>The resolution of PostgreSQL.</summary>
    private static readonly TimeSpan Instant = TimeSpan.FromMicroseconds(1);

    private long? lastTake;

    /// <summary>Takes what there is, now and then; where there is more than is taken at once, the next call goes on. If the process dies before it has looked there, others find it by a full look.</summary>
    /// <param name="from">After which time the next look begins.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>After which it is to begin instead.</returns>
    public async Task<DateTimeOffset> GoBackAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        if (lastTake is { } last && clock.GetElapsedTime(last) < Every)
            return from;
        lastTake = clock.GetTimestamp();
        await using var command = database.CreateCommand(TakeLateTimes).With((short)kind).With(MaxTimes);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (reader.GetInt32(1) == MaxTimes)
            lastTake = null;
        return reader.InstantOrNull(0) is { } late && late - Instant < from ? late - Instant : from;
    }
}
