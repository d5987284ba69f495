using JobService.Core.Schedules;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>Makes the jobs of due schedules in PostgreSQL.</summary>
internal sealed class PostgresDueSchedulesStore(NpgsqlDataSource database, ScheduleRounds rounds) : IDueSchedulesStore
{
    private static readonly string ReadNextDue = SqlText.Read("read_next_due");

    public async Task<DueSchedules> RunDueAsync(int maxSchedules, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (decided, hasReady) = await rounds.RoundAsync(connection, maxSchedules, only: null, cancellationToken);
        await using var command = new NpgsqlCommand(ReadNextDue, connection).With(rounds.PassedOver());
        var untilNext = await command.ExecuteScalarAsync(cancellationToken) as double?;
        return new DueSchedules(decided, hasReady, untilNext is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null);
    }
}
