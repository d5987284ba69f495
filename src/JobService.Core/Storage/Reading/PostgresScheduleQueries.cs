using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Schedules;
using JobService.Core.Storage.Stores;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Reading;

/// <summary>Reads schedules as their store does.</summary>
internal sealed class PostgresScheduleQueries(NpgsqlDataSource database) : IScheduleQueries
{
    private static readonly string ReadSchedules = SqlText.Read("read_schedules");
    private static readonly string ReadScheduleRuns = SqlText.Read("read_schedule_runs");

    public async Task<Result<Schedule>> FindAsync(ScheduleName name, CancellationToken cancellationToken) => await ReadAsync(name.Name, isOnly: true, limit: 1, cancellationToken) switch
    {
        [] => new Refusal.NotFound($"There is no schedule '{name}'."),
        [{ Schedule: { } schedule }] => schedule,
        _ => ScheduleRows.Unreadable(name),
    };

    public async Task<IReadOnlyList<Schedule>> ListAsync(ScheduleName? after, int limit, CancellationToken cancellationToken)
    {
        var (schedules, last) = (new List<Schedule>(), after?.Name);
        while (schedules.Count < limit)
        {
            // What can't be read here is left out, and others take its place: a page that is short would be taken for the last one.
            var asked = limit - schedules.Count;
            var page = await ReadAsync(last, isOnly: false, asked, cancellationToken);
            schedules.AddRange(page.Select(row => row.Schedule).OfType<Schedule>());
            if (page.Count < asked)
                break;
            last = page[^1].Name;
        }

        return schedules;
    }

    public async Task<IReadOnlyList<ScheduleRun>> RunsAsync(
        ScheduleName name, (DateTimeOffset DueAt, RunKind Kind)? before, int limit, CancellationToken cancellationToken) =>
        [.. (await ReadRunsAsync([name], before, limit, cancellationToken)).Select(told => told.Run)];

    public async Task<IReadOnlyDictionary<ScheduleName, ScheduleRun>> LastRunsAsync(IReadOnlyCollection<ScheduleName> names, CancellationToken cancellationToken) =>
        (await ReadRunsAsync(names, before: null, limit: 1, cancellationToken)).ToDictionary(told => told.Schedule, told => told.Run);

    private static ScheduleRun Run(NpgsqlDataReader reader) => new()
    {
        DueAt = reader.Instant(0),
        Kind = (RunKind)reader.GetInt16(1),
        Outcome = (RunOutcome)reader.GetInt16(2),
        FiredAt = reader.InstantOrNull(3),
        Job = reader.IsDBNull(4) ? null : new JobId(reader.GetGuid(4)),
        IsLate = reader.GetBoolean(5),
        IsBackfilled = reader.GetBoolean(6),
        JobState = reader.IsDBNull(7) ? null : (JobState)reader.GetInt16(7),
    };

    private async Task<IReadOnlyList<(ScheduleName Schedule, ScheduleRun Run)>> ReadRunsAsync(
        IReadOnlyCollection<ScheduleName> names, (DateTimeOffset DueAt, RunKind Kind)? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadScheduleRuns)
            .With(names.Select(name => name.Name).ToArray())
            .With(before?.DueAt.UtcDateTime ?? DateTime.MaxValue, NpgsqlDbType.TimestampTz)
            .With((short)(before?.Kind ?? RunKind.Occurrence))
            .With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var runs = new List<(ScheduleName, ScheduleRun)>();
        while (await reader.ReadAsync(cancellationToken))
            runs.Add((ScheduleName.Parse(reader.GetString(8)), Run(reader)));
        return runs;
    }

    /// <summary>Without the schedule where a later version wrote what this one does not know.</summary>
    private async Task<IReadOnlyList<(string Name, Schedule? Schedule)>> ReadAsync(string? name, bool isOnly, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadSchedules).With(name, NpgsqlDbType.Text).With(isOnly).With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var schedules = new List<(string, Schedule?)>();
        while (await reader.ReadAsync(cancellationToken))
            schedules.Add((reader.GetString(reader.GetOrdinal("name")), ScheduleRows.TryRead(reader, out _)?.Schedule));
        return schedules;
    }
}
