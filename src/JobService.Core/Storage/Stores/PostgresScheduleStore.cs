using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Schedules;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Changes schedules in PostgreSQL, and makes the jobs that someone asks for.</summary>
internal sealed class PostgresScheduleStore(NpgsqlDataSource database, ScheduleRounds rounds, ScheduleTransaction transactions)
    : IScheduleStore, IScheduleTrigger
{
    /// <summary>How often a call begins again because the schedule was just being made, or has more to make up for than one round takes.</summary>
    private const int MaxTries = 50;

    /// <summary>Occurrences a backfill looks at.</summary>
    private const int MaxLookedAt = 10_000;

    /// <summary>Of the jobs of a schedule that allowed any number of them beside each other, so many of the newest count when it no longer does.</summary>
    private const int MaxLiveJobs = 1_000;

    private static readonly string LockSchedule = SqlText.Read("lock_schedule");
    private static readonly string LockDeletedSchedule = SqlText.Read("lock_deleted_schedule");
    private static readonly string SaveSchedule = SqlText.Read("save_schedule");
    private static readonly string DeleteSchedule = SqlText.Read("delete_schedule");
    private static readonly string ReadLiveJobs = SqlText.Read("read_live_jobs");
    private static readonly string ReadToldRuns = SqlText.Read("read_told_runs");

    public async Task<Result<Schedule>> ChangeAsync(
        ScheduleName name, Func<Schedule?, DateTimeOffset, Result<Schedule>> change, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        for (var tries = 0; tries < MaxTries; tries++)
        {
            // What is due by now is the old definition's, and decided as such.
            await rounds.RoundAsync(connection, maxSchedules: 1, name, cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await HeldLock.BePatientAsync(connection, HeldLock.Patience, cancellationToken);
            if ((await LockAsync(connection, name, cancellationToken)).IsRefused(out var unreadable, out var locked))
                return unreadable;
            var (now, stored) = locked;

            // One whose rule can't be told here is to be mended all the same.
            if (stored?.Schedule.NextDueAt <= now && stored.Schedule.Definition.Rule.TryCadence(name, stored.Schedule.AnchorAt, out _) is not null)
                continue;
            if (change(stored?.Schedule, now).IsRefused(out var refusal, out var changed))
                return refusal;
            if (ReferenceEquals(changed, stored?.Schedule))
                return changed;
            if (stored is null && (await ContinueAsync(connection, changed, cancellationToken)).IsRefused(out refusal, out changed))
                return refusal;
            if (stored is { Schedule.Definition.Overlap: OverlapPolicy.Allow } && changed.Definition.Overlap != OverlapPolicy.Allow)
                changed = changed with { LiveJobs = await LiveJobsAsync(connection, stored.Id, cancellationToken) };

            await using var save = ScheduleRows.FillSave(new NpgsqlCommand(SaveSchedule, connection), changed, stored?.Id);
            if (await save.ExecuteScalarAsync(cancellationToken) is not DateTime createdAt)
                continue;
            await transaction.CommitAsync(cancellationToken);
            return changed with { CreatedAt = new DateTimeOffset(createdAt, TimeSpan.Zero) };
        }

        return new Refusal.InUse($"The schedule {name} is still making up for what was missed, or a transaction that is still open holds what its jobs need; nothing was changed.", TimeSpan.FromSeconds(1));
    }

    public async Task<bool> DeleteAsync(ScheduleName name, bool isDeclared, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await HeldLock.BePatientAsync(connection, HeldLock.Patience, cancellationToken);

        // A round that holds it may just be recording an occurrence that waits: only a statement that begins behind it sees that one.
        await using var hold = new NpgsqlCommand(LockSchedule, connection).With(name.Name);
        if (await hold.ExecuteScalarAsync(cancellationToken) is null)
            return false;
        await using var delete = new NpgsqlCommand(DeleteSchedule, connection).With(name.Name).With(isDeclared);
        var isDeleted = await delete.ExecuteScalarAsync(cancellationToken) is not null;
        await transaction.CommitAsync(cancellationToken);
        return isDeleted;
    }

    public async Task<Result<Job>> TriggerAsync(ScheduleName name, string? actor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        Result<NewJob> answer = new Refusal.NotFound($"There is no schedule '{name}'.");
        var made = await transactions.RunAsync(
            connection,
            async work =>
            {
                if ((await LockAsync(connection, name, cancellationToken)).IsRefused(out var unreadable, out var locked))
                    answer = unreadable;
                else if (locked.Stored is { } stored)
                    answer = work.AddTriggered(stored, locked.Now, actor);
            },
            cancellationToken);
        return answer.IsRefused(out var refusal, out var job) ? refusal : Job.Of(job, made.Single());
    }

    public async Task<Result<KeptAnswer>> TriggerOnceAsync(
        ScheduleName name, string? actor, RequestKey request, Func<Job, KeptAnswer> describe, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        Result<KeptAnswer>? answer = null;
        NewJob? job = null;
        try
        {
            await transactions.RunAsync(
                connection,
                async work =>
                {
                    // The key before the schedule: nobody who has a schedule waits for a key.
                    await JobKeys.LockAsync(connection, [request.Hash], patience: null, cancellationToken);
                    answer = await JobKeys.AnswerAsync(connection, request, first: null, cancellationToken);
                    job = null;
                    if (answer is not null)
                        return;
                    await HeldLock.BePatientAsync(connection, HeldLock.Patience, cancellationToken);
                    if ((await LockAsync(connection, name, cancellationToken)).IsRefused(out var unreadable, out var locked))
                        answer = unreadable;
                    else if (locked.Stored is { } stored)
                        job = work.AddTriggered(stored, locked.Now, actor);
                },
                cancellationToken,
                async made =>
                {
                    if (job is null)
                        return;
                    var kept = describe(Job.Of(job, made.Single()));
                    await JobKeys.KeepAsync(connection, request, kept, job.Id, cancellationToken);
                    answer = kept;
                });
        }
        catch (PostgresException e) when (HeldLock.Is(e))
        {
            return new Refusal.InFlight("A request with this Idempotency-Key, or a change of the schedule, is still under way; nothing was done for this one.", TimeSpan.FromSeconds(1));
        }

        return answer ?? new Refusal.NotFound($"There is no schedule '{name}'.");
    }

    public async Task<Result<Backfill>> BackfillAsync(
        ScheduleName name, DateTimeOffset from, DateTimeOffset to, int max, string? actor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        Result<Backfill> answer = new Refusal.NotFound($"There is no schedule '{name}'.");
        ScheduleWork? last = null;
        var made = await transactions.RunAsync(
            connection,
            async work =>
            {
                last = work;
                if ((await LockAsync(connection, name, cancellationToken)).IsRefused(out var unreadable, out var locked))
                    answer = unreadable;
                else if (locked.Stored is { } stored)
                    answer = await FillAsync(connection, work, stored, from, to < locked.Now ? to : locked.Now, max, actor, cancellationToken);
            },
            cancellationToken);
        if (answer.IsRefused(out var refusal, out var backfill))
            return refusal;
        return backfill with { Jobs = [.. last!.Jobs.Select((job, i) => Job.Of(job.Job, made[i]))] };
    }

    /// <summary>An occurrence is one that was told of, whatever rule it was due by, or one that the present rule has.</summary>
    private static async Task<Result<Backfill>> FillAsync(
        NpgsqlConnection connection, ScheduleWork work, StoredSchedule stored, DateTimeOffset from, DateTimeOffset to, int max, string? actor, CancellationToken cancellationToken)
    {
        var (schedule, definition) = (stored.Schedule, stored.Schedule.Definition);
        if (definition.Rule.TryCadence(schedule.Name, schedule.AnchorAt, out var fault) is not { } cadence)
            return new Refusal.Invalid([new Fault("/timeZone", fault)]);

        var first = definition.StartAt > from ? definition.StartAt.Value : from;
        var end = definition.EndAt < to ? definition.EndAt.Value : to;
        var planned = cadence.After(first.AddTicks(-1)).Select(occurrence => occurrence.At)
            .TakeWhile(at => at <= end && !(at >= schedule.NextDueAt)).Take(MaxLookedAt + 1).ToArray();
        var told = await ToldAsync(connection, stored.Id, from, planned.Length > MaxLookedAt ? planned[^1] : to, cancellationToken);
        var occurrences = planned.Union(told.Jobless).Order().Take(MaxLookedAt + 1).ToArray();
        if (occurrences.Length == 0)
            return new Backfill([], HadJobs: 0, GoOnFrom: null);
        if (told.Refuse(schedule, occurrences[0]) is { } refusal)
            return refusal;
        var (hadJobs, filled) = (0, 0);
        for (var i = 0; i < occurrences.Length; i++)
        {
            if (i == MaxLookedAt || filled == max)
                return new Backfill([], hadJobs, occurrences[i]);
            if (told.Fired.Contains(occurrences[i]) || occurrences[i] == schedule.WaitingDueAt)
            {
                hadJobs++;
                continue;
            }

            work.AddBackfilled(stored, occurrences[i], actor);
            filled++;
        }

        return new Backfill([], hadJobs, GoOnFrom: null);
    }

    /// <summary>One that is made anew goes on with the jobs of the one that was deleted: they are not final yet, and are among its runs.</summary>
    private static async Task<Result<Schedule>> ContinueAsync(NpgsqlConnection connection, Schedule created, CancellationToken cancellationToken)
    {
        int id;
        long runs;
        await using (var command = new NpgsqlCommand(LockDeletedSchedule, connection).With(created.Name.Name))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
                return created;
            (id, runs) = (reader.GetInt32(0), reader.GetInt64(1));
        }

        return created.Continue(runs, created.Definition.Overlap == OverlapPolicy.Allow ? [] : await LiveJobsAsync(connection, id, cancellationToken));
    }

    /// <summary>The time is that of the moment from which nobody else can change it, and its live jobs are those that live then.</summary>
    /// <returns>Refused where it can't be read here.</returns>
    private static async Task<Result<(DateTimeOffset Now, StoredSchedule? Stored)>> LockAsync(
        NpgsqlConnection connection, ScheduleName name, CancellationToken cancellationToken)
    {
        StoredSchedule? stored = null;
        await using (var command = new NpgsqlCommand(LockSchedule, connection).With(name.Name))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (await reader.ReadAsync(cancellationToken) && (stored = ScheduleRows.TryRead(reader, out _)) is null)
                return ScheduleRows.Unreadable(name);
        }

        var (now, standings) = await ScheduleStanding.ReadAsync(connection, stored is null ? [] : [stored], cancellationToken);
        return (now, stored is null ? null : stored with { Schedule = stored.Schedule with { LiveJobs = standings[stored.Id].LiveJobs } });
    }

    private static async Task<IReadOnlyList<JobId>> LiveJobsAsync(NpgsqlConnection connection, int scheduleId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadLiveJobs, connection).With(scheduleId).With(MaxLiveJobs);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.Ids("live");
    }

    private static async Task<ToldRuns> ToldAsync(
        NpgsqlConnection connection, int scheduleId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadToldRuns, connection)
            .With(scheduleId).With(from.UtcDateTime, NpgsqlDbType.TimestampTz).With(to.UtcDateTime, NpgsqlDbType.TimestampTz).With(MaxLookedAt + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new ToldRuns(
            Instants(0).ToHashSet(),
            Instants(1),
            reader.InstantOrNull(2),
            reader.IsDBNull(3) ? TimeSpan.Zero : TimeSpan.FromMilliseconds(reader.GetInt64(3)));

        DateTimeOffset[] Instants(int column) => Array.ConvertAll(reader.GetFieldValue<DateTime[]>(column), at => new DateTimeOffset(at, TimeSpan.Zero));
    }
}
