using System.Collections.Concurrent;
using System.Text.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Schedules;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Changes schedules in PostgreSQL and makes their jobs. A run is recorded before its job is enqueued, under a key that an occurrence has once: what is
/// recorded already makes no job, whoever asks.
/// </summary>
internal sealed partial class PostgresScheduleStore(
    NpgsqlDataSource database, ServerNames server, JobIdSequence ids, TimeProvider clock, ILogger<PostgresScheduleStore> log) : IScheduleStore
{
    /// <summary>How often a call begins again because the schedule was just being made, or has more to make up for than one round takes.</summary>
    private const int MaxTries = 50;

    /// <summary>So many decisions, or so much payload, are enough for one transaction: the other schedules are left to the next.</summary>
    private const int MaxDecisions = 5_000;
    private const long MaxPayloadBytes = 16 * 1024 * 1024;

    /// <summary>Occurrences a backfill looks at.</summary>
    private const int MaxLookedAt = 10_000;

    private static readonly string ReadDueSchedules = SqlText.Read("read_due_schedules");
    private static readonly string ReadScheduleStanding = SqlText.Read("read_schedule_standing");
    private static readonly string ReadNextDue = SqlText.Read("read_next_due");
    private static readonly string LockSchedule = SqlText.Read("lock_schedule");
    private static readonly string SaveSchedule = SqlText.Read("save_schedule");
    private static readonly string DeleteSchedule = SqlText.Read("delete_schedule");
    private static readonly string RecordScheduleRuns = SqlText.Read("record_schedule_runs");
    private static readonly string AdvanceSchedules = SqlText.Read("advance_schedules");
    private static readonly string ReadFiredRuns = SqlText.Read("read_fired_runs");
    private static readonly string EnqueueJobs = SqlText.Read("enqueue_jobs");

    /// <summary>For how long a schedule that can't be decided here is left to other processes.</summary>
    private static readonly TimeSpan PassOverFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<int, long> passedOver = new();

    public async Task<DueSchedules> RunDueAsync(int maxSchedules, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (decided, hasReady) = await RoundAsync(connection, maxSchedules, only: null, cancellationToken);
        await using var command = new NpgsqlCommand(ReadNextDue, connection).With(PassedOver());
        var untilNext = await command.ExecuteScalarAsync(cancellationToken) as double?;
        return new DueSchedules(decided, hasReady, untilNext is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null);
    }

    public async Task<Result<Schedule>> ChangeAsync(
        ScheduleName name, Func<Schedule?, DateTimeOffset, Result<Schedule>> change, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        for (var tries = 0; tries < MaxTries; tries++)
        {
            // What is due by now is the old definition's, and decided as such.
            await RoundAsync(connection, maxSchedules: 1, name, cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var (now, stored) = await LockAsync(connection, name, cancellationToken);

            // One whose rule can't be told here is to be mended all the same.
            if (stored?.Schedule.NextDueAt <= now && stored.Schedule.Definition.Rule.TryCadence(name, stored.Schedule.AnchorAt, out _) is not null)
                continue;
            if (change(stored?.Schedule, now).IsRefused(out var refusal, out var changed))
                return refusal;
            if (ReferenceEquals(changed, stored?.Schedule))
                return changed;

            await using var save = ScheduleRows.FillSave(new NpgsqlCommand(SaveSchedule, connection), changed, stored?.Id);
            if (await save.ExecuteScalarAsync(cancellationToken) is null)
                continue;
            await transaction.CommitAsync(cancellationToken);
            return changed;
        }

        return new Refusal.Unavailable($"The schedule {name} is still making up for what was missed; nothing was changed.", TimeSpan.FromSeconds(1));
    }

    public async Task<bool> DeleteAsync(ScheduleName name, bool isDeclared, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(DeleteSchedule).With(name.Name).With(isDeclared);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    public async Task<Result<Job>> TriggerAsync(ScheduleName name, string? actor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        NewJob? job = null;
        var made = await WorkAsync(
            connection,
            async work =>
            {
                var (now, stored) = await LockAsync(connection, name, cancellationToken);
                job = stored is null ? null : work.AddTriggered(stored, now, actor);
            },
            cancellationToken);
        return job is null ? new Refusal.NotFound($"schedule {name}") : Job.Of(job, made.Single());
    }

    public async Task<Result<Backfill>> BackfillAsync(
        ScheduleName name, DateTimeOffset from, DateTimeOffset to, int max, string? actor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        Result<Backfill> answer = new Refusal.NotFound($"schedule {name}");
        ScheduleWork? last = null;
        var made = await WorkAsync(
            connection,
            async work =>
            {
                var (now, stored) = await LockAsync(connection, name, cancellationToken);
                last = work;
                if (stored is not null)
                    answer = await FillAsync(connection, work, stored, from, to < now ? to : now, max, actor, cancellationToken);
            },
            cancellationToken);
        if (answer.IsRefused(out var refusal, out var backfill))
            return refusal;
        return backfill with { Jobs = [.. last!.Jobs.Select((job, i) => Job.Of(job.Job, made[i]))] };
    }

    private async Task<(int Decided, bool HasReady)> RoundAsync(
        NpgsqlConnection connection, int maxSchedules, ScheduleName? only, CancellationToken cancellationToken)
    {
        var decided = 0;
        var made = await WorkAsync(
            connection,
            async work =>
            {
                decided = 0;
                var due = await ReadDueAsync(connection, maxSchedules, only, cancellationToken);
                var standings = await StandingsAsync(connection, due, cancellationToken);
                foreach (var stored in due)
                {
                    if (work.Runs.Count >= MaxDecisions || work.PayloadBytes >= MaxPayloadBytes)
                        break;
                    if (TryDecide(stored, standings[stored.Id]) is { } round)
                        work.Add(stored, round);
                    decided++;
                }
            },
            cancellationToken);
        return (decided, made.Any(job => job.State == JobState.Queued));
    }

    private async Task<IReadOnlyList<StoredSchedule>> ReadDueAsync(
        NpgsqlConnection connection, int maxSchedules, ScheduleName? only, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadDueSchedules, connection).With(maxSchedules).With(only?.Name, NpgsqlDbType.Text).With(PassedOver());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<StoredSchedule>();
        while (await reader.ReadAsync(cancellationToken))
        {
            try
            {
                due.Add(ScheduleRows.Read(reader));
            }
            catch (Exception e) when (e is FormatException or JsonException)
            {
                PassOver(reader.GetInt32(reader.GetOrdinal("id")), e.Message);
            }
        }

        return due;
    }

    /// <summary>Null where another process may know better: a later version wrote it, or this machine does not know its time zone.</summary>
    private ScheduleRound? TryDecide(StoredSchedule stored, ScheduleStanding standing)
    {
        try
        {
            return ScheduleRound.At(stored.Schedule with { LiveJobs = standing.LiveJobs }, standing.HasFailedTooOften, standing.Now);
        }
        catch (Exception e)
        {
            PassOver(stored.Id, e.Message);
            return null;
        }
    }

    private void PassOver(int scheduleId, string why)
    {
        passedOver[scheduleId] = clock.GetTimestamp();
        LogPassedOver(scheduleId, why);
    }

    private int[] PassedOver()
    {
        foreach (var (id, since) in passedOver)
        {
            if (clock.GetElapsedTime(since) >= PassOverFor)
                passedOver.TryRemove(id, out _);
        }

        return [.. passedOver.Keys];
    }

    private static async Task<Dictionary<int, ScheduleStanding>> StandingsAsync(
        NpgsqlConnection connection, IReadOnlyList<StoredSchedule> schedules, CancellationToken cancellationToken)
    {
        if (schedules.Count == 0)
            return [];
        await using var command = new NpgsqlCommand(ReadScheduleStanding, connection).With(schedules.Select(stored => stored.Id).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var standings = new Dictionary<int, ScheduleStanding>(schedules.Count);
        while (await reader.ReadAsync(cancellationToken))
            standings.Add(reader.GetInt32(1), new ScheduleStanding(reader.Instant(0), reader.Ids("still_live"), reader.GetBoolean(3)));
        return standings;
    }

    private static async Task<Result<Backfill>> FillAsync(
        NpgsqlConnection connection, ScheduleWork work, StoredSchedule stored, DateTimeOffset from, DateTimeOffset to, int max, string? actor, CancellationToken cancellationToken)
    {
        var (schedule, definition) = (stored.Schedule, stored.Schedule.Definition);
        if (definition.Rule.TryCadence(schedule.Name, schedule.AnchorAt, out var fault) is not { } cadence)
            return new Refusal.Unavailable(fault, TimeSpan.FromSeconds(1));

        var first = definition.StartAt > from ? definition.StartAt.Value : from;
        var end = definition.EndAt < to ? definition.EndAt.Value : to;
        var occurrences = cadence.After(first.AddTicks(-1)).Select(occurrence => occurrence.At)
            .TakeWhile(at => at <= end && !(at >= schedule.NextDueAt)).Take(MaxLookedAt + 1).ToArray();
        if (occurrences.Length == 0)
            return new Backfill([], HadJobs: 0, GoOnFrom: null);
        var fired = await FiredAsync(connection, stored.Id, occurrences[0], occurrences[^1], cancellationToken);
        if (fired.Refuse(schedule, occurrences[0]) is { } refusal)
            return refusal;
        var (hadJobs, filled) = (0, 0);
        for (var i = 0; i < occurrences.Length; i++)
        {
            if (i == MaxLookedAt || filled == max)
                return new Backfill([], hadJobs, occurrences[i]);
            if (fired.DueAt.Contains(occurrences[i]) || occurrences[i] == schedule.WaitingDueAt)
            {
                hadJobs++;
                continue;
            }

            work.AddBackfilled(stored, occurrences[i], actor);
            filled++;
        }

        return new Backfill([], hadJobs, GoOnFrom: null);
    }

    /// <summary>One transaction: what is to be done is asked for, runs are recorded, their jobs enqueued and schedules moved on.</summary>
    /// <returns>What the database made of the jobs.</returns>
    private async Task<IReadOnlyList<EnqueuedJob>> WorkAsync(NpgsqlConnection connection, Func<ScheduleWork, Task> ask, CancellationToken cancellationToken)
    {
        while (true)
        {
            var names = server.Current;
            var work = new ScheduleWork(ids);
            await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
            {
                await ask(work);
                if (work.Jobs.All(job => names.Knows(job.Job.Queue, job.Job.Type, PostgresJobStore.Rank(job.Job.Priority))))
                {
                    var made = await DoAsync(connection, names, work, cancellationToken);
                    await transaction.CommitAsync(cancellationToken);
                    return made;
                }

                await transaction.RollbackAsync(cancellationToken);
            }

            // Outside of it: a rollback would leave numbers in the table of names that no row has.
            await names.InternAsync(connection, work.Jobs.Select(job => job.Job.Queue), work.Jobs.Select(job => job.Job.Type), cancellationToken);
            await names.RegisterLanesAsync(
                connection, work.Jobs.Select(job => (names.Id(job.Job.Queue), PostgresJobStore.Rank(job.Job.Priority))).Distinct(), cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<EnqueuedJob>> DoAsync(NpgsqlConnection connection, NameTable names, ScheduleWork work, CancellationToken cancellationToken)
    {
        var recorded = await RecordAsync(connection, work.Runs, cancellationToken);
        var jobs = work.Jobs.Where(job => recorded.Contains((job.ScheduleId, job.DueAt))).Select(job => job.Job).ToArray();
        IReadOnlyList<EnqueuedJob> made = [];
        if (jobs.Length > 0)
        {
            await using var enqueue = EnqueueRows.Fill(new NpgsqlCommand(EnqueueJobs, connection), jobs, names);
            await enqueue.PrepareAsync(cancellationToken);
            made = await EnqueueRows.ReadAsync(enqueue, jobs, cancellationToken);
        }

        foreach (var id in work.Superseded)
            await PostgresJobStore.CancelAsync(connection, id, "A later occurrence of its schedule takes its place.", "schedule", cancellationToken);
        if (work.Schedules.Count > 0)
        {
            await using var advance = ScheduleRows.FillAdvance(new NpgsqlCommand(AdvanceSchedules, connection), work.Schedules);
            await advance.ExecuteNonQueryAsync(cancellationToken);
        }

        return made;
    }

    private static async Task<HashSet<(int ScheduleId, DateTimeOffset DueAt)>> RecordAsync(
        NpgsqlConnection connection, IReadOnlyList<(int ScheduleId, ScheduleRun Run)> runs, CancellationToken cancellationToken)
    {
        var recorded = new HashSet<(int, DateTimeOffset)>(runs.Count);
        if (runs.Count == 0)
            return recorded;

        await using var command = new NpgsqlCommand(RecordScheduleRuns, connection)
            .With(runs.Select(run => run.ScheduleId).ToArray())
            .With(runs.Select(run => run.Run.DueAt.UtcDateTime).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
            .With(runs.Select(run => (short)run.Run.Kind).ToArray())
            .With(runs.Select(run => (short)run.Run.Outcome).ToArray())
            .With(runs.Select(run => run.Run.IsLate).ToArray())
            .With(runs.Select(run => run.Run.IsBackfilled).ToArray())
            .With(runs.Select(run => run.Run.Job?.Value).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            recorded.Add((reader.GetInt32(0), reader.Instant(1)));
        return recorded;
    }

    /// <summary>The time is that of the moment from which nobody else can change it, and its live jobs are those that live then.</summary>
    private static async Task<(DateTimeOffset Now, StoredSchedule? Stored)> LockAsync(NpgsqlConnection connection, ScheduleName name, CancellationToken cancellationToken)
    {
        StoredSchedule? stored;
        await using (var command = new NpgsqlCommand(LockSchedule, connection).With(name.Name))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            stored = await reader.ReadAsync(cancellationToken) ? ScheduleRows.Read(reader) : null;
        }

        await using var ask = new NpgsqlCommand(ReadScheduleStanding, connection).With(stored is null ? Array.Empty<int>() : [stored.Id]);
        await using var standing = await ask.ExecuteReaderAsync(cancellationToken);
        await standing.ReadAsync(cancellationToken);
        return (standing.Instant(0), stored is null ? null : stored with { Schedule = stored.Schedule with { LiveJobs = standing.Ids("still_live") } });
    }

    private static async Task<FiredRuns> FiredAsync(
        NpgsqlConnection connection, int scheduleId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadFiredRuns, connection)
            .With(scheduleId).With(from.UtcDateTime, NpgsqlDbType.TimestampTz).With(to.UtcDateTime, NpgsqlDbType.TimestampTz);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new FiredRuns(
            reader.GetFieldValue<DateTime[]>(0).Select(at => new DateTimeOffset(at, TimeSpan.Zero)).ToHashSet(),
            reader.InstantOrNull(1),
            reader.IsDBNull(2) ? TimeSpan.Zero : TimeSpan.FromMilliseconds(reader.GetInt64(2)));
    }
}
