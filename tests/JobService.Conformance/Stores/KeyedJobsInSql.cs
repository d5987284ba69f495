using System.Text;
using System.Text.Json;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Storage.Stores;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Conformance.Stores;

/// <summary>Enqueues jobs with keys, and those of sequences, as <c>jobservice.enqueue</c> does, once it has found that they are valid: each is a call of its own, and several are one transaction of their caller. What runs and is superseded is cancelled by a worker behind it, at once.</summary>
internal sealed class KeyedJobsInSql(NpgsqlDataSource database, IKeyedJobStore inner, ILeaseStore leases) : IKeyedJobStore
{
    private const string Enqueue =
        """
        SELECT e.id, e.state, e.created_at, e.run_at, e.is_deduplicated, e.superseded, e.refusal
        FROM jobservice.enqueue_unique_job(
            json_populate_record(NULL::jobservice.jobs, $1), $2, $3, $4, $5, $6, $7, ROW($8, $9, $10, $11, $12, $13)::jobservice.unique_policy) AS e
        """;

    private const string EnqueuePlain =
        """
        SELECT e.id, e.state, e.created_at, e.run_at, e.is_deduplicated, e.superseded, e.refusal
        FROM jobservice.enqueue_plain_job(json_populate_record(NULL::jobservice.jobs, $1), $2, $3, $4, $5, $6) AS e
        """;

    public async Task<IReadOnlyList<Result<EnqueuedJob>?>> EnqueueEachAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var answers = new List<Result<EnqueuedJob>?>();
        foreach (var job in jobs)
        {
            answers.Add(await EnqueueAsync(connection, job, cancellationToken));
            await leases.CancelSupersededAsync(cancellationToken);
        }

        return answers;
    }

    public Task<IReadOnlyList<Result<EnqueuedJob>?>> TryEnqueueEachAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken) => EnqueueEachAsync(jobs, cancellationToken);

    public async Task<Result<IReadOnlyList<EnqueuedJob>>> EnqueueAllAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var enqueued = new List<EnqueuedJob>();
        for (var i = 0; i < jobs.Count; i++)
        {
            if ((await EnqueueAsync(connection, jobs[i], cancellationToken)).IsRefused(out var why, out var answer))
                return new Refusal.OfJob(i, why);
            enqueued.Add(answer);
        }

        await transaction.CommitAsync(cancellationToken);
        await leases.CancelSupersededAsync(cancellationToken);
        return enqueued;
    }

    public Task<Result<OnceEnqueued>> EnqueueOnceAsync(
        IReadOnlyList<NewJob> jobs,
        RequestKey request,
        Func<IReadOnlyList<EnqueuedJob>, Func<JobId, Task<Job?>>, Task<Result<KeptAnswer>>> describe,
        CancellationToken cancellationToken) => throw new NotSupportedException("In SQL nothing is enqueued once for a request: the caller's transaction says whether it was.");

    public Task<Result<KeptAnswer>?> FindAnswerAsync(RequestKey request, CancellationToken cancellationToken) => inner.FindAnswerAsync(request, cancellationToken);

    public Task<Result<JobId>?> FindHolderAsync(NewJob job, CancellationToken cancellationToken) => inner.FindHolderAsync(job, cancellationToken);

    private static async Task<Result<EnqueuedJob>> EnqueueAsync(NpgsqlConnection connection, NewJob job, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Enqueue, connection);
        if (job is { UniqueKey: { } key, Policies.Unique: { } unique })
        {
            Add(Row(job), NpgsqlDbType.Json);
            Add((long?)job.Delay?.TotalMilliseconds, NpgsqlDbType.Bigint);
            Add(job.Queue.Name, NpgsqlDbType.Text);
            Add(job.Type.Name, NpgsqlDbType.Text);
            Add(job.LimitKeys.Select(limit => limit.Text).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
            Add(job.Policies.Sequence?.Key.Text, NpgsqlDbType.Text);
            Add(key.Value, NpgsqlDbType.Uuid);
            Add(unique.Key, NpgsqlDbType.Text);
            Add(unique.Paths.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
            Add((short)unique.Scope, NpgsqlDbType.Smallint);
            Add(unique.Window?.Ticks, NpgsqlDbType.Bigint);
            Add(unique.OnConflict.ToString(), NpgsqlDbType.Text);
            Add(unique.MaxWait?.Ticks, NpgsqlDbType.Bigint);
        }
        else
        {
            command.CommandText = EnqueuePlain;
            Add(Row(job), NpgsqlDbType.Json);
            Add((long?)job.Delay?.TotalMilliseconds, NpgsqlDbType.Bigint);
            Add(job.Queue.Name, NpgsqlDbType.Text);
            Add(job.Type.Name, NpgsqlDbType.Text);
            Add(job.LimitKeys.Select(limit => limit.Text).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
            Add(job.Policies.Sequence?.Key.Text, NpgsqlDbType.Text);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.IsDBNull(6)
            ? new EnqueuedJob(new JobId(reader.GetGuid(0)), (JobState)reader.GetInt16(1), reader.Instant(2), reader.Instant(3))
            {
                IsDeduplicated = reader.GetBoolean(4),
                Superseded = reader.IsDBNull(5) ? null : new JobId(reader.GetGuid(5)),
            }
            : RefusalOf(reader.GetString(6));

        void Add(object? value, NpgsqlDbType type) => command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
    }

    // The payload is kept to the byte.
    private static string Row(NewJob job) => $"{JsonSerializer.Serialize(Columns(job))[..^1]},\"payload\":{Encoding.UTF8.GetString(job.Payload.Span)}}}";

    private static object Columns(NewJob job) => new
    {
        id = job.Id.Value,
        priority = job.Priority.Value,
        run_at = job.RunAt,
        expires_at = job.ExpiresAt,
        deadline_at = job.Deadline,
        hard_limit_ms = (int)job.Policies.Timeout.Hard.TotalMilliseconds,
        routed_by = job.RoutedBy,
        created_by = job.CreatedBy,
        tags = job.Tags.Count == 0 ? null : job.Tags,
        policies = StoredJson.Write(job.Policies) is { } policies ? JsonDocument.Parse(policies).RootElement : default(JsonElement?),
    };

    private static Refusal RefusalOf(string json)
    {
        using var document = JsonDocument.Parse(json);
        var (type, detail) = (document.RootElement.GetProperty("type").GetString(), document.RootElement.GetProperty("detail").GetString()!);
        return type switch
        {
            "/problems/unique-conflict" => new Refusal.KeyHeld(document.RootElement.GetProperty("holder").GetString()!, detail),
            "/problems/queue-full" => new Refusal.QueueFull(detail, TimeSpan.FromSeconds(1)),
            "/problems/gone" => new Refusal.Gone(detail),
            "/problems/invalid" => new Refusal.Invalid(
                [.. document.RootElement.GetProperty("errors").EnumerateArray().Select(error => new Fault(error.GetProperty("pointer").GetString()!, error.GetProperty("detail").GetString()!))]),
            _ => new Refusal.Unavailable(detail, TimeSpan.FromSeconds(1)),
        };
    }
}
