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

    public async Task<Schedule?> FindAsync(ScheduleName name, CancellationToken cancellationToken) =>
        (await ReadAsync(name, isOnly: true, limit: 1, cancellationToken)).SingleOrDefault();

    public Task<IReadOnlyList<Schedule>> ListAsync(ScheduleName? after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(after, isOnly: false, limit, cancellationToken);

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

    private async Task<IReadOnlyList<Schedule>> ReadAsync(ScheduleName? name, bool isOnly, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadSchedules).With(name?.Name, NpgsqlDbType.Text).With(isOnly).With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var schedules = new List<Schedule>();
        while (await reader.ReadAsync(cancellationToken))
            schedules.Add(ScheduleRows.Read(reader).Schedule);
        return schedules;
    }
}
