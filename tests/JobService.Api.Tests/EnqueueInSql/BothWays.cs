using System.Globalization;
using System.Text.Json;
using JobService.Api.Tests.Service;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Api.Tests.EnqueueInSql;

/// <summary>Enqueues the same job by <c>POST /jobs</c> and by <c>jobservice.enqueue_job</c> on one database, and tells what is stored, or what is refused, in words that can be compared.</summary>
/// <param name="api">The service, and its database.</param>
/// <param name="caller">What the callers in SQL connect with, if not as the tests do.</param>
internal sealed class BothWays(ApiService api, NpgsqlDataSource? caller = null)
{
    /// <summary>What is stored of a job that is the only one: every column of every table but ids, times of the insert and who did it. JSON is compared to the byte.</summary>
    private const string Stored =
        """
        SELECT string_agg(line, E'\n' ORDER BY line)
        FROM jobservice.jobs j, LATERAL (
            SELECT 'jobs.' || c.key || ' = ' || c.value AS line FROM json_each(row_to_json(j)) AS c WHERE c.key NOT IN ('id', 'created_at', 'run_at', 'seq', 'created_by')
            UNION ALL SELECT 'run_at = ' || CASE WHEN $2 THEN (j.run_at - j.created_at)::text ELSE (CASE WHEN j.run_at = j.created_at THEN 'now' ELSE j.run_at::text END) END
            UNION ALL SELECT 'type = ' || t.name FROM jobservice.job_types t WHERE t.id = j.type_id
            UNION ALL SELECT 'queue = ' || q.name FROM jobservice.queues q WHERE q.id = j.queue_id
            UNION ALL SELECT 'lane = ' || l.keys::text || l.queue_id || l.type_id FROM jobservice.limit_lanes l WHERE l.id = j.lane_id
            UNION ALL SELECT 'is registered' FROM jobservice.lanes l WHERE l.queue_id = j.queue_id AND l.rank = 9 - j.priority
            UNION ALL SELECT 'ready_jobs.' || c.key || ' = ' || c.value FROM jobservice.ready_jobs r, json_each(row_to_json(r)) AS c WHERE r.id = j.id AND r.seq = j.seq AND c.key NOT IN ('id', 'seq', 'ready_at')
            UNION ALL SELECT 'is ready at once' FROM jobservice.ready_jobs r WHERE r.id = j.id AND r.ready_at = j.created_at
            UNION ALL SELECT 'noted ' || concat_ws('/', d.queue_id, d.jobs, d.from_state, d.to_state) FROM jobservice.stat_deltas d
            UNION ALL SELECT 'scheduled_jobs.' || c.key || ' = ' || c.value FROM jobservice.scheduled_jobs s, json_each(row_to_json(s)) AS c
                      WHERE s.id = j.id AND s.run_at = j.run_at AND c.key NOT IN ('id', 'run_at')
            UNION ALL SELECT 'blocked_jobs.' || c.key || ' = ' || c.value FROM jobservice.blocked_jobs b, json_each(row_to_json(b)) AS c
                      WHERE b.id = j.id AND b.run_at = j.run_at AND c.key NOT IN ('id', 'run_at', 'position', 'sequence_id')
            UNION ALL SELECT 'sequence ' || s.key || (s.head_id = j.id)::text || concat(s.held_at) FROM jobservice.sequences s WHERE s.head_id IS NOT NULL
            UNION ALL SELECT 'expiring_jobs ' || e.expires_at || e.reason FROM jobservice.expiring_jobs e WHERE e.id = j.id
            UNION ALL SELECT 'job_keys ' || k.hash || ' ' || k.scope || (k.changed_by = j.id)::text
                          || CASE WHEN k.held_until = 'infinity' THEN ' for good' ELSE coalesce(round(extract(epoch FROM k.held_until - j.created_at))::text, '') END
                      FROM jobservice.job_keys k WHERE k.job_id = j.id
        ) l
        WHERE j.id = $1
        """;

    private const string Clear =
        "DELETE FROM jobservice.ready_jobs; DELETE FROM jobservice.stat_deltas; DELETE FROM jobservice.scheduled_jobs; DELETE FROM jobservice.expiring_jobs; DELETE FROM jobservice.job_keys; DELETE FROM jobservice.blocked_jobs; DELETE FROM jobservice.sequences; DELETE FROM jobservice.jobs";

    /// <summary>What differs between the two; null where nothing does.</summary>
    /// <param name="job">What is enqueued.</param>
    /// <param name="isMixed">Whether several things may be malformed, of which each way tells of the first that it comes to.</param>
    public async Task<string?> CompareAsync(EnqueueCase job, bool isMixed = false)
    {
        var (overApi, inSql) = (await OverApiAsync(job), await InSqlAsync(job));
        return string.Equals(overApi, inSql, StringComparison.Ordinal) || isMixed && IsMalformed(overApi) && IsMalformed(inSql)
            ? null
            : $"""
              {job}
              over the API:
              {overApi}
              in SQL:
              {inSql}

              """;
    }

    public async Task<string> OverApiAsync(EnqueueCase job)
    {
        string?[] members = [job.Type is null ? null : $"\"type\":{JsonSerializer.Serialize(job.Type)}", job.Payload is null ? null : $"\"payload\":{job.Payload}", job.Options.Trim()[1..^1]];
        string[] headers = [.. job.TraceParent is null ? [] : new[] { $"traceparent: {job.TraceParent}" }, .. job.TraceState is null ? [] : new[] { $"tracestate: {job.TraceState}" }];
        var answer = await api.PostAsync(Calls.Jobs, $"{{{string.Join(',', members.Where(member => !string.IsNullOrWhiteSpace(member)))}}}", headers);
        if (answer.Status == 201)
            return await DescribeAsync(Guid.Parse(answer.Headers.Location!.OriginalString.Split('/')[^1], CultureInfo.InvariantCulture), job);

        answer.Problem(answer.Status, answer.Slug);
        return Refused(answer.Slug, answer.Json.TryGetProperty("errors", out var errors) ? errors : default, answer.Word("detail")!);
    }

    public async Task<string> InSqlAsync(EnqueueCase job)
    {
        var options = job.Options;
        if (job.TraceParent is not null || job.TraceState is not null)
            options = $"{{\"traceparent\":{JsonSerializer.Serialize(job.TraceParent)},\"tracestate\":{JsonSerializer.Serialize(job.TraceState)}{(options.Trim() is "{}" ? "" : ",")}{options.Trim()[1..^1]}}}";
        await using var command = (caller ?? api.Database.Source).CreateCommand("SELECT e.id, e.refusal FROM jobservice.try_enqueue_job($1, $2, $3) AS e");
        foreach (var (value, type) in new[] { (job.Type, NpgsqlDbType.Text), (job.Payload, NpgsqlDbType.Json), (options, NpgsqlDbType.Json) })
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = type });
        try
        {
            Guid id;
            await using (var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
            {
                await reader.ReadAsync(TestContext.Current.CancellationToken);
                if (!reader.IsDBNull(1))
                {
                    using var refusal = JsonDocument.Parse(reader.GetString(1));
                    return Refused(
                        refusal.RootElement.GetProperty("type").GetString()!["/problems/".Length..],
                        refusal.RootElement.TryGetProperty("errors", out var errors) ? errors : default,
                        refusal.RootElement.GetProperty("detail").GetString()!);
                }

                id = reader.GetGuid(0);
            }

            return await DescribeAsync(id, job);
        }
        catch (PostgresException e)
        {
            return $"{e.SqlState} {e.MessageText} {e.Where}";
        }
    }

    private static bool IsMalformed(string outcome) => outcome.StartsWith("malformed\n", StringComparison.Ordinal);

    private static string Refused(string slug, JsonElement errors, string detail) => slug is "too-large" ? slug : string.Join(
        '\n', errors.EnumerateArray().Select(error => $"{error.GetProperty("pointer").GetString()}: {Words(error.GetProperty("detail").GetString()!)}").Prepend(Words(detail)).Prepend(slug));

    // The service names words in no particular order.
    private static string Words(string detail) => detail.StartsWith("Expected one of ", StringComparison.Ordinal) ? string.Concat(detail.Order()) : detail;

    private async Task<string> DescribeAsync(Guid id, EnqueueCase job)
    {
        var stored = await api.Database.QueryAsync<string>(Stored, id, job.Options.Contains("\"delay\"", StringComparison.Ordinal));
        await api.Database.ExecuteAsync(Clear);
        return stored;
    }
}
