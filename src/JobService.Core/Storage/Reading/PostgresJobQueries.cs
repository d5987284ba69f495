using System.Text.Json;
using JobService.Core.Attempts;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Storage.Stores;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace JobService.Core.Storage.Reading;

/// <summary>Reads jobs through EF Core, and the few things that are asked all the time by statements of their own.</summary>
internal sealed class PostgresJobQueries(IDbContextFactory<JobServiceDbContext> contexts, NpgsqlDataSource database) : IJobQueries
{
    /// <summary>How far the time in an id may be from when the database says the job was made: it waited for its commit, or a clock was off.</summary>
    private static readonly TimeSpan IdsAreWithin = TimeSpan.FromMinutes(1);

    private static readonly string ReadFinalJobs = SqlText.Read("read_final_jobs");
    private static readonly string ReadPosition = SqlText.Read("read_position");
    private static readonly string ReadOldestDay = SqlText.Read("read_oldest_day");

    public async Task<Result<Job>> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Jobs.SingleOrDefaultAsync(row => row.Id == id.Value, cancellationToken) is { } row)
            return row.ToJob();

        await using var command = database.CreateCommand(ReadOldestDay);
        var oldest = await command.ExecuteScalarAsync(cancellationToken) as DateTime?;
        return oldest is { } day && id.MadeAt < new DateTimeOffset(day, TimeSpan.Zero)
            ? new Refusal.Gone($"job {id}")
            : new Refusal.NotFound($"job {id}");
    }

    public async Task<IReadOnlyList<Job>> ListAsync(JobFilter filter, JobId? before, int limit, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<JobRow> all = context.Jobs;
        if (filter.Schedule is { } schedule)
        {
            if (await ScheduleAsync(context, schedule, cancellationToken) is not { } id)
                return [];
            all = context.ScheduleRuns.Where(run => run.ScheduleId == id && run.JobId != null).Join(context.Jobs, run => run.JobId, row => (Guid?)row.Id, (_, row) => row);
        }

        var rows = await Where(all, filter, before)
            .OrderByDescending(row => row.Id)
            .Take(limit)
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => row.ToJob());
    }

    public async Task<IReadOnlyList<EndedAttempt>> EndedAttemptsAsync(JobId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from attempt in context.Attempts
            where attempt.Id == id.Value
            join worker in context.Workers on attempt.WorkerId equals worker.Id into workers
            from worker in workers.DefaultIfEmpty()
            orderby attempt.Attempt
            select new { attempt, Worker = worker.Name }).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new EndedAttempt
        {
            Attempt = row.attempt.Attempt,
            Outcome = (AttemptOutcome)row.attempt.Failure,
            Worker = row.Worker,
            StartedAt = row.attempt.StartedAt,
            FinishedAt = row.attempt.FinishedAt,
            Error = row.attempt.ErrorType is { } type ? new AttemptError(type, row.attempt.Message!, row.attempt.Stack) : null,
        });
    }

    public async Task<IReadOnlyList<JobEvent>> EventsAsync(JobId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.JobEvents
            .Where(row => row.Id == id.Value)
            .OrderBy(row => row.Seq)
            .Select(row => new JobEvent(row.At, row.Kind, row.Actor, row.Detail))
            .ToListAsync(cancellationToken);
    }

    public async Task<IReadOnlySet<JobId>> FinalAsync(IReadOnlyCollection<JobId> ids, CancellationToken cancellationToken)
    {
        var final = new HashSet<JobId>();
        if (ids.Count == 0)
            return final;

        Guid[] values = [.. ids.Select(id => id.Value).Order()];
        await using var command = database.CreateCommand(ReadFinalJobs).With(values).With(values[0]).With(values[^1]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            final.Add(new JobId(reader.GetGuid(0)));
        return final;
    }

    public async Task<int?> PositionAsync(JobId id, int atMost, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadPosition).With(id.Value).With(atMost);
        return await command.ExecuteScalarAsync(cancellationToken) as int?;
    }

    /// <summary>The number of a schedule, or of one that was deleted; null where there never was one, as far as anyone knows.</summary>
    private static async Task<int?> ScheduleAsync(JobServiceDbContext context, string name, CancellationToken cancellationToken) =>
        await context.Schedules.Where(row => row.Name == name).Select(row => (int?)row.Id).SingleOrDefaultAsync(cancellationToken)
        ?? await context.DeletedSchedules.Where(row => row.Name == name).Select(row => (int?)row.Id).SingleOrDefaultAsync(cancellationToken);

    private static IQueryable<JobRow> Where(IQueryable<JobRow> rows, JobFilter filter, JobId? before)
    {
        if (filter.States.Count > 0)
            rows = rows.Where(JobRow.IsIn(filter.States));
        if (filter.TypeGlob is { } glob)
            rows = rows.Where(row => EF.Functions.Like(row.Type, LikePattern(glob), "\\"));
        if (filter.Queue is { } queue)
            rows = rows.Where(row => row.Queue == queue.Name);
        if (filter.Worker is { } worker)
            rows = rows.Where(row => row.Worker == worker);
        if (filter.Tags.Count > 0)
        {
            var tags = JsonSerializer.Serialize(filter.Tags, StoredJsonContext.Default.IReadOnlyDictionaryStringString);
            rows = rows.Where(row => EF.Functions.JsonContains(row.Tags!, tags));
        }

        // Ids grow with time, by a clock that is nearly the database's: a range of them prunes the days outside the filter.
        if (filter.CreatedFrom is { } from)
        {
            var first = JobId.FirstAt(from - IdsAreWithin).Value;
            rows = rows.Where(row => row.Id >= first && row.CreatedAt >= from);
        }

        if (filter.CreatedTo is { } to)
        {
            var end = JobId.FirstAt(to + IdsAreWithin).Value;
            rows = rows.Where(row => row.Id < end && row.CreatedAt < to);
        }

        if (before is { } id)
            rows = rows.Where(row => row.Id < id.Value);
        return rows;
    }

    private static string LikePattern(string glob) => glob
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal)
        .Replace('*', '%')
        .Replace('?', '_');
}
