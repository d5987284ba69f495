using JobService.Core.Jobs;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Turns new jobs into the arrays of <c>enqueue_jobs.sql</c> and <c>enqueue_sequence_jobs.sql</c>, and reads their rows.</summary>
internal static class EnqueueRows
{
    /// <param name="command">Of <c>enqueue_jobs.sql</c>; or of the other, which takes two more.</param>
    /// <param name="jobs">In the order of the answers.</param>
    /// <param name="names">Where their names have numbers.</param>
    /// <param name="lanes">The lanes of those that name limit keys.</param>
    public static NpgsqlCommand Fill(
        NpgsqlCommand command, IReadOnlyList<NewJob> jobs, NameTable names, IReadOnlyDictionary<(int QueueId, int TypeId, string Keys), int> lanes)
    {
        return command
            .With(Column(job => job.Id.Value))
            .With(Column(job => names.Id(job.Type)))
            .With(Column(job => names.Id(job.Queue)))
            .With(Column(job => (short)job.Priority.Value))
            .With(Column(job => job.RunAt?.UtcDateTime), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
            .With(Column(job => (long?)job.Delay?.TotalMilliseconds))
            .With(Column(job => job.ExpiresAt?.UtcDateTime), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
            .With(Column(job => job.Deadline?.UtcDateTime), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
            .With(Column(job => (int)job.Policies.Timeout.Hard.TotalMilliseconds))
            .With(Column(job => job.ReplayOf?.Value))
            .With(Column(job => job.RoutedBy), NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(Column(job => job.TraceParent), NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(Column(job => job.TraceState), NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(Column(job => StoredJson.Write(job.Tags)), NpgsqlDbType.Array | NpgsqlDbType.Jsonb)
            .With(Column(job => StoredJson.Write(job.Policies)), NpgsqlDbType.Array | NpgsqlDbType.Json)
            .With(Column(job => job.Metadata), NpgsqlDbType.Array | NpgsqlDbType.Json)
            .With(Column(job => job.Payload), NpgsqlDbType.Array | NpgsqlDbType.Json)
            .With(Column(job => job.CreatedBy), NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(Column(job => StoredJson.Write(job.Schedule)), NpgsqlDbType.Array | NpgsqlDbType.Json)
            .With(Column(job => job.LimitKeys.Count == 0 ? default(int?) : lanes[LaneOf(job, names)]));

        T[] Column<T>(Func<NewJob, T> value)
        {
            var column = new T[jobs.Count];
            for (var i = 0; i < column.Length; i++)
                column[i] = value(jobs[i]);
            return column;
        }
    }

    /// <summary>As <c>enqueue_sequence_jobs.sql</c> takes them.</summary>
    /// <param name="command">Of <c>enqueue_sequence_jobs.sql</c>, with what <see cref="Fill"/> has given it.</param>
    /// <param name="jobs">In the order of the answers.</param>
    /// <param name="sequences">Those that they are of, which the transaction has locked.</param>
    public static NpgsqlCommand FillSequences(NpgsqlCommand command, IReadOnlyList<NewJob> jobs, JobSequences sequences) =>
        command.With(jobs.Select(JobSequences.Flags).ToArray()).With(jobs.Select(sequences.Join).ToArray());

    /// <summary>The lanes that jobs need beside those of their queues.</summary>
    public static IEnumerable<(int QueueId, int TypeId, string Keys)> LanesOf(IReadOnlyList<NewJob> jobs, NameTable names) =>
        jobs.Where(job => job.LimitKeys.Count > 0).Select(job => LaneOf(job, names));

    /// <summary>The lane of a job that names limit keys.</summary>
    public static (int QueueId, int TypeId, string Keys) LaneOf(NewJob job, NameTable names) =>
        (names.Id(job.Queue), names.Id(job.Type), LimitLanes.Text(job.LimitKeys));

    /// <summary>What became of each job, in their order; null for one that is not there.</summary>
    public static async Task<EnqueuedJob[]> ReadAsync(NpgsqlCommand command, IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var enqueued = new EnqueuedJob[jobs.Count];
        while (await reader.ReadAsync(cancellationToken))
        {
            var index = (int)reader.GetInt64(0) - 1;
            enqueued[index] = new EnqueuedJob(jobs[index].Id, (JobState)reader.GetInt16(3), reader.Instant(1), reader.Instant(2));
        }

        return enqueued;
    }
}
