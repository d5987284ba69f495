using System.Data;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Schedules;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Schedules as rows of <c>schedules</c>, read by the names of their columns.</summary>
internal static class ScheduleRows
{
    /// <param name="reader">At a row of all columns.</param>
    /// <param name="fault">Why it can't be read; empty when it can.</param>
    /// <returns>Null where a later version wrote what this one does not know.</returns>
    public static StoredSchedule? TryRead(NpgsqlDataReader reader, out string fault)
    {
        try
        {
            fault = "";
            return Read(reader);
        }
        catch (Exception e) when (e is not (NpgsqlException or OperationCanceledException))
        {
            fault = e.Message;
            return null;
        }
    }

    /// <summary>What is said to someone who asks for one that can't be read here.</summary>
    public static Refusal Unreadable(ScheduleName name) =>
        new Refusal.Unavailable($"This version of the service can't read the schedule {name}: a later one has written it.", TimeSpan.FromSeconds(10));

    private static StoredSchedule Read(NpgsqlDataReader reader)
    {
        var schedule = new Schedule
        {
            Name = ScheduleName.Parse(reader.GetString("name")),
            Definition = ReadDefinition(reader),
            IsDeclared = reader.GetBoolean("is_declared"),
            IsDisabled = reader.GetBoolean("is_disabled"),
            State = reader.Word<ScheduleState>("state"),
            PausedBecause = reader.TextOrNull("paused_because"),
            AnchorAt = reader.Instant(reader.GetOrdinal("anchor_at")),
            NextDueAt = reader.InstantOrNull("next_due_at"),
            NextDueOffset = ReadOffset(reader),
            WaitingDueAt = reader.InstantOrNull("waiting_due_at"),
            Missed = reader.GetInt32("missed"),
            Runs = reader.GetInt64("runs"),
            LastDueAt = reader.InstantOrNull("last_due_at"),
            LastJob = reader.IsDBNull("last_job_id") ? null : new JobId(reader.GetGuid("last_job_id")),
            LiveJobs = reader.Ids("live_jobs"),
            CountedFrom = reader.Instant(reader.GetOrdinal("counted_from")),
            Revision = reader.GetInt32("revision"),
            CreatedAt = reader.Instant(reader.GetOrdinal("created_at")),
            UpdatedAt = reader.Instant(reader.GetOrdinal("updated_at")),
        };
        return new StoredSchedule(reader.GetInt32("id"), schedule);
    }

    /// <summary>The parameters of <c>save_schedule.sql</c>.</summary>
    public static NpgsqlCommand FillSave(NpgsqlCommand command, Schedule schedule, int? knownId)
    {
        var (definition, rule, job) = (schedule.Definition, schedule.Definition.Rule, schedule.Definition.Job);
        return command
            .With(schedule.Name.Name)
            .With(rule.Cron, NpgsqlDbType.Text)
            .With(rule.TimeZone, NpgsqlDbType.Text)
            .With((long?)rule.Every?.TotalMilliseconds, NpgsqlDbType.Bigint)
            .With(rule.At?.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(job.Type.Name)
            .With(job.Queue.Name)
            .With((short)job.Priority.Value)
            .With(job.RoutedBy, NpgsqlDbType.Text)
            .With(StoredJson.Write(job.Tags), NpgsqlDbType.Jsonb)
            .With(StoredJson.Write(job.Policies), NpgsqlDbType.Json)
            .With(job.Metadata, NpgsqlDbType.Json)
            .With(job.Payload, NpgsqlDbType.Json)
            .With((short)definition.Misfire)
            .With(definition.MaxCatchUp)
            .With((short)definition.Overlap)
            .With(definition.StartAt?.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(definition.EndAt?.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(definition.MaxRuns, NpgsqlDbType.Bigint)
            .With((long)definition.Jitter.TotalMilliseconds)
            .With(definition.PauseAfterFailures, NpgsqlDbType.Integer)
            .With(schedule.IsDeclared)
            .With((short)schedule.State)
            .With(schedule.PausedBecause, NpgsqlDbType.Text)
            .With(schedule.AnchorAt.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(schedule.NextDueAt?.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(schedule.WaitingDueAt?.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(schedule.Missed)
            .With(schedule.Runs)
            .With(schedule.LastDueAt?.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(schedule.LastJob?.Value, NpgsqlDbType.Uuid)
            .With(schedule.LiveJobs.Select(id => id.Value).ToArray())
            .With(schedule.CountedFrom.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(schedule.Revision)
            .With(schedule.CreatedAt.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(schedule.UpdatedAt.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(schedule.IsDisabled)
            .With((int?)schedule.NextDueOffset?.TotalSeconds, NpgsqlDbType.Integer)
            .With(job.LimitKeys.Select(key => key.Text).ToArray())
            .With(knownId, NpgsqlDbType.Integer);
    }

    /// <summary>The parameters of <c>advance_schedules.sql</c>.</summary>
    public static NpgsqlCommand FillAdvance(NpgsqlCommand command, IReadOnlyList<StoredSchedule> schedules)
    {
        return command
            .With(Column(stored => stored.Id))
            .With(Column(stored => (short)stored.Schedule.State))
            .With(Column(stored => stored.Schedule.PausedBecause), NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(Column(stored => stored.Schedule.NextDueAt?.UtcDateTime), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
            .With(Column(stored => stored.Schedule.WaitingDueAt?.UtcDateTime), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
            .With(Column(stored => stored.Schedule.Missed))
            .With(Column(stored => stored.Schedule.Runs))
            .With(Column(stored => stored.Schedule.LastDueAt?.UtcDateTime), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
            .With(Column(stored => stored.Schedule.LastJob?.Value))
            .With(Column(stored => $"{{{string.Join(',', stored.Schedule.LiveJobs.Select(id => id.Value))}}}"))
            .With(Column(stored => stored.Schedule.Revision))
            .With(Column(stored => stored.Schedule.UpdatedAt.UtcDateTime), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
            .With(Column(stored => (int?)stored.Schedule.NextDueOffset?.TotalSeconds));

        T[] Column<T>(Func<StoredSchedule, T> value) => [.. schedules.Select(value)];
    }

    /// <summary>A column of ids; none where it is null.</summary>
    public static IReadOnlyList<JobId> Ids(this NpgsqlDataReader reader, string column) =>
        Array.ConvertAll(reader.GetFieldValue<Guid[]>(column), id => new JobId(id));

    /// <summary>Null too where an earlier version has moved the next occurrence, or changed the zone, and left the offset of what was there before.</summary>
    private static TimeSpan? ReadOffset(NpgsqlDataReader reader)
    {
        if (reader.IsDBNull("next_due_offset_s"))
            return null;
        var isOfNext = reader.InstantOrNull("next_due_offset_at") == reader.InstantOrNull("next_due_at")
            && string.Equals(reader.TextOrNull("next_due_offset_zone"), reader.TextOrNull("time_zone"), StringComparison.Ordinal);
        return isOfNext ? TimeSpan.FromSeconds(reader.GetInt32("next_due_offset_s")) : null;
    }

    private static ScheduleDefinition ReadDefinition(NpgsqlDataReader reader) => new()
    {
        Rule = ScheduleRule.Stored(
            reader.TextOrNull("cron"),
            reader.TextOrNull("time_zone"),
            reader.IsDBNull("every_ms") ? null : TimeSpan.FromMilliseconds(reader.GetInt64("every_ms")),
            reader.InstantOrNull("at")),
        Job = new JobTemplate
        {
            Type = JobType.Parse(reader.GetString("type")),
            Queue = QueueName.Parse(reader.GetString("queue")),
            Priority = new JobPriority(reader.GetInt16("priority")),
            RoutedBy = reader.TextOrNull("routed_by"),
            Tags = StoredJson.ReadTags(reader.TextOrNull("tags")),
            Policies = StoredJson.ReadPolicies(reader.BytesOrNull(reader.GetOrdinal("policies"))),
            Metadata = reader.BytesOrNull(reader.GetOrdinal("metadata")),
            Payload = reader.GetFieldValue<byte[]>("payload"),
            LimitKeys = [.. reader.GetFieldValue<string[]>("limit_keys").Select(LimitKey.Parse)],
        },
        Misfire = reader.Word<MisfirePolicy>("misfire"),
        MaxCatchUp = reader.GetInt32("max_catch_up"),
        Overlap = reader.Word<OverlapPolicy>("overlap"),
        StartAt = reader.InstantOrNull("start_at"),
        EndAt = reader.InstantOrNull("end_at"),
        MaxRuns = reader.IsDBNull("max_runs") ? null : reader.GetInt64("max_runs"),
        Jitter = TimeSpan.FromMilliseconds(reader.GetInt64("jitter_ms")),
        PauseAfterFailures = reader.IsDBNull("pause_after_failures") ? null : reader.GetInt32("pause_after_failures"),
    };

    private static T Word<T>(this NpgsqlDataReader reader, string column)
        where T : struct, Enum
    {
        var value = (T)Enum.ToObject(typeof(T), reader.GetInt16(column));
        return Enum.IsDefined(value) ? value : throw new FormatException($"{column} {value} is not known here.");
    }

    private static string? TextOrNull(this NpgsqlDataReader reader, string column) => reader.TextOrNull(reader.GetOrdinal(column));

    private static DateTimeOffset? InstantOrNull(this NpgsqlDataReader reader, string column) => reader.InstantOrNull(reader.GetOrdinal(column));
}
