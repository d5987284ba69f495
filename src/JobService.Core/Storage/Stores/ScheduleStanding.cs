using JobService.Core.Jobs;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>What a locked schedule is decided by, beside itself and the time.</summary>
/// <param name="LiveJobs">Those of its jobs that are not final.</param>
/// <param name="HasFailedTooOften">Whether as many jobs in a row as it allows have failed.</param>
internal sealed record ScheduleStanding(IReadOnlyList<JobId> LiveJobs, bool HasFailedTooOften)
{
    private static readonly string ReadScheduleStanding = SqlText.Read("read_schedule_standing");

    /// <summary>The time is that of the moment from which nobody else can change the schedules, and what is told of each is as it is then.</summary>
    public static async Task<(DateTimeOffset Now, IReadOnlyDictionary<int, ScheduleStanding> Standings)> ReadAsync(
        NpgsqlConnection connection, IEnumerable<StoredSchedule> locked, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadScheduleStanding, connection).With(locked.Select(stored => stored.Id).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var now = default(DateTimeOffset);
        var standings = new Dictionary<int, ScheduleStanding>();
        while (await reader.ReadAsync(cancellationToken))
        {
            now = reader.Instant(0);
            if (!reader.IsDBNull(1))
                standings.Add(reader.GetInt32(1), new ScheduleStanding(reader.Ids("still_live"), reader.GetBoolean(3)));
        }

        return (now, standings);
    }
}
