using JobService.Core.Jobs;
using JobService.Core.Retention;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Retires whole days by dropping their partitions, which costs nothing a row. A day that still holds a job that isn't final
/// is thinned instead, row by row, and dropped once the last one has ended.
/// </summary>
internal sealed partial class PostgresRetentionStore(NpgsqlDataSource database, ILogger<PostgresRetentionStore> log) : IRetentionStore
{
    private const int JobsARound = 1_000;

    private static readonly string CreatePartitions = SqlText.Read("create_partitions");
    private static readonly string ReadDays = SqlText.Read("read_days");
    private static readonly string ReadDayStanding = SqlText.Read("read_day_standing");
    private static readonly string ReadDropCommands = SqlText.Read("read_drop_commands");
    private static readonly string DropExpiringJobs = SqlText.Read("drop_expiring_jobs");
    private static readonly string LockDay = SqlText.Read("lock_day");
    private static readonly string HoldGuard = SqlText.Read("hold_guard");
    private static readonly string PruneJobs = SqlText.Read("prune_jobs");
    private static readonly string PruneResults = SqlText.Read("prune_results");
    private static readonly string PruneScheduleRuns = SqlText.Read("prune_schedule_runs");
    private static readonly string PruneDeletedSchedules = SqlText.Read("prune_deleted_schedules");
    private static readonly string PruneBulkActions = SqlText.Read("prune_bulk_actions");
    private static readonly string PruneKeys = SqlText.Read("prune_keys");

    private readonly QueuePruner queues = new(database);

    public async Task<DateTimeOffset> CreatePartitionsAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(CreatePartitions);
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!, TimeSpan.Zero);
    }

    public async Task<PrunedJobs> PruneAsync(TimeSpan keep, CancellationToken cancellationToken)
    {
        var (days, jobs) = (0, 0);
        foreach (var day in await OldDaysAsync(keep, cancellationToken))
        {
            try
            {
                if (await DropAsync(day, keep, cancellationToken))
                    days++;
                else
                    jobs += await ThinAsync(day, keep, cancellationToken);
            }
            catch (NpgsqlException e)
            {
                // One day that someone reads for long, or that is broken, must not keep all the others.
                LogDayKept(day, e.Message);
            }
        }

        jobs += await queues.PruneAsync(cancellationToken);
        var results = await InRoundsAsync(() => database.CreateCommand(PruneResults).With(JobsARound), cancellationToken);
        var runs = await InRoundsAsync(() => database.CreateCommand(PruneScheduleRuns).With((long)keep.TotalMilliseconds).With(JobsARound), cancellationToken);
        await InRoundsAsync(() => database.CreateCommand(PruneDeletedSchedules).With((long)keep.TotalMilliseconds).With(JobsARound), cancellationToken);
        await InRoundsAsync(() => database.CreateCommand(PruneBulkActions).With((long)keep.TotalMilliseconds).With(JobsARound), cancellationToken);
        await PruneKeysAsync(cancellationToken);
        return new PrunedJobs(days, jobs, results, runs);
    }

    private async Task PruneKeysAsync(CancellationToken cancellationToken)
    {
        int lookedAt;
        do
        {
            await using var command = database.CreateCommand(PruneKeys).With(JobsARound);
            lookedAt = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        while (lookedAt == JobsARound);
    }

    private async Task<IReadOnlyList<DateOnly>> OldDaysAsync(TimeSpan keep, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadDays).With((long)keep.TotalMilliseconds);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var days = new List<DateOnly>();
        while (await reader.ReadAsync(cancellationToken))
            days.Add(reader.GetFieldValue<DateOnly>(0));
        return days;
    }

    private async Task<bool> DropAsync(DateOnly day, TimeSpan keep, CancellationToken cancellationToken)
    {
        var (first, end) = Bounds(day);

        // Held to the end: from here on no job of the day can be restarted, so what is final stays final.
        await using var guard = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await guard.BeginTransactionAsync(cancellationToken);
        await using (var lockDay = new NpgsqlCommand(LockDay, guard).With(first.Value))
            await lockDay.ExecuteNonQueryAsync(cancellationToken);
        await using (var hold = new NpgsqlCommand(HoldGuard, guard))
            await hold.ExecuteNonQueryAsync(cancellationToken);

        await using var connection = new NpgsqlConnection(PostgresDatabase.ForMaintenance(database.ConnectionString));
        await connection.OpenAsync(cancellationToken);
        await using (var standing = new NpgsqlCommand(ReadDayStanding, connection).With(first.Value).With(end.Value).With((long)keep.TotalMilliseconds))
        {
            if (await standing.ExecuteScalarAsync(cancellationToken) is true)
                return false;
        }

        // If the process dies between two of these, the day is found again and finished. What is final waits for nothing: its entries go first.
        await using (var entries = new NpgsqlCommand(DropExpiringJobs, connection).With(first.Value).With(end.Value))
            await entries.ExecuteNonQueryAsync(cancellationToken);
        foreach (var text in await DropCommandsAsync(connection, day, cancellationToken))
        {
            await using var command = new NpgsqlCommand(text, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return true;
    }

    private static async Task<IReadOnlyList<string>> DropCommandsAsync(NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadDropCommands, connection).With(day, NpgsqlDbType.Date);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var texts = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            texts.Add(reader.GetString(0));
        return texts;
    }

    private Task<int> ThinAsync(DateOnly day, TimeSpan keep, CancellationToken cancellationToken)
    {
        var (first, end) = Bounds(day);
        return InRoundsAsync(
            () => database.CreateCommand(PruneJobs).With(first.Value).With(end.Value).With((long)keep.TotalMilliseconds).With(JobsARound),
            cancellationToken);
    }

    private static async Task<int> InRoundsAsync(Func<NpgsqlCommand> statement, CancellationToken cancellationToken)
    {
        for (var total = 0; ;)
        {
            await using var command = statement();
            var rows = await command.ExecuteNonQueryAsync(cancellationToken);
            total += rows;
            if (rows < JobsARound)
                return total;
        }
    }

    private static (JobId First, JobId End) Bounds(DateOnly day)
    {
        var start = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        return (JobId.FirstAt(start), JobId.FirstAt(start.AddDays(1)));
    }
}
