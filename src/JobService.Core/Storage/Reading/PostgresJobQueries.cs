using JobService.Core.Attempts;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Storage.Stores;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace JobService.Core.Storage.Reading;

/// <summary>Reads jobs through EF Core, and the few things that are asked all the time by statements of their own.</summary>
internal sealed class PostgresJobQueries(IDbContextFactory<JobServiceDbContext> contexts, NpgsqlDataSource database, TimeProvider clock) : IJobQueries
{
    /// <summary>How long a list is looked for: nobody waits longer, whatever the filter and however many jobs there are.</summary>
    private static readonly TimeSpan SearchTime = TimeSpan.FromSeconds(2);

    /// <summary>In milliseconds, as of everything that is read.</summary>
    private const int LongestRead = 20_000;

    private static readonly string PlanSearch = SqlText.Read("plan_search");
    private static readonly string ReadFinalJobs = SqlText.Read("read_final_jobs");
    private static readonly string ReadPosition = SqlText.Read("read_position");
    private static readonly string ReadKeptFrom = SqlText.Read("read_kept_from");

    public async Task<Result<Job>> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Jobs.SingleOrDefaultAsync(row => row.Id == id.Value, cancellationToken) is { } row)
            return row.ToJob();

        // Of a job that is gone nothing is kept, not even its queue: its id tells when it was made.
        await using var command = database.CreateCommand(ReadKeptFrom);
        var keptFrom = await command.ExecuteScalarAsync(cancellationToken) as DateTime?;
        return keptFrom is { } from && id.MadeAt < new DateTimeOffset(from, TimeSpan.Zero)
            ? new Refusal.Gone($"Job {id} is not there: it was made so long ago that retention may have removed it.")
            : new Refusal.NotFound($"There is no job {id}.");
    }

    public async Task<JobPage> ListAsync(JobFilter filter, JobId? before, int limit, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.OpenConnectionAsync(cancellationToken);
        var search = await JobSearch.BeginAsync((NpgsqlConnection)context.Database.GetDbConnection(), clock, filter, SearchOrder.NewestFirst, SearchTime, cancellationToken);

        // One more than asked for tells whether there is a next page.
        var found = await search.FindAsync(before, limit + 1, cancellationToken);
        JobId[] page = [.. found.Ids.Take(limit)];
        return new JobPage(await ReadAsync(context, filter, page, cancellationToken), found.Ids.Count > limit ? page[^1] : found.Next, found.IsPartial);
    }

    public async Task<JobCount> CountAsync(JobFilter filter, int sample, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.OpenConnectionAsync(cancellationToken);
        var search = await JobSearch.BeginAsync((NpgsqlConnection)context.Database.GetDbConnection(), clock, filter, SearchOrder.NewestFirst, SearchTime, cancellationToken);
        var (count, isPartial, newest) = await search.CountAsync(sample, cancellationToken);
        return new JobCount(count, isPartial, await ReadAsync(context, filter, newest, cancellationToken));
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

    public async Task<JobPosition?> PositionAsync(JobId id, int atMost, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadPosition).With(id.Value).With(atMost);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new JobPosition(reader.GetInt32(0), IsPartial: !reader.GetBoolean(1)) : null;
    }

    /// <summary>The jobs that were found, but for those that have moved meanwhile to where the filter would not find them.</summary>
    private static async Task<IReadOnlyList<Job>> ReadAsync(JobServiceDbContext context, JobFilter filter, IReadOnlyList<JobId> found, CancellationToken cancellationToken)
    {
        if (found.Count == 0)
            return [];

        // By key, whatever statistics there are of the day; and the bounds leave out the days on which there are none of them.
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await using (var plan = new NpgsqlCommand(PlanSearch, (NpgsqlConnection)context.Database.GetDbConnection()).With(LongestRead).With(false))
            await plan.ExecuteNonQueryAsync(cancellationToken);
        var (ids, first, last) = (found.Select(id => id.Value).ToArray(), found[^1].Value, found[0].Value);
        var rows = context.Jobs.Where(row => ids.Contains(row.Id) && row.Id >= first && row.Id <= last);
        if (filter.States.Count > 0)
            rows = rows.Where(JobRow.IsIn(filter.States));
        if (filter.Worker is { } worker)
            rows = rows.Where(row => row.Worker == worker);
        return (await rows.OrderByDescending(row => row.Id).ToListAsync(cancellationToken)).ConvertAll(row => row.ToJob());
    }
}
