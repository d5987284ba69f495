using JobService.Core.BulkActions;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Limits;
using JobService.Core.Storage.Reading;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Does bulk actions in PostgreSQL. A step is one transaction: it locks the row of the action, acts on the next jobs, and writes to the row where it ended. So whatever dies and
/// whenever, a job is acted on once, and the next step goes on where the last one that was committed ended. A job that another transaction holds is set aside, and comes last.
/// </summary>
internal sealed class PostgresBulkStepStore(
    NpgsqlDataSource database, IDbContextFactory<JobServiceDbContext> contexts, ServerNames server, JobIdSequence ids, TimeProvider clock) : IBulkStepStore
{
    /// <summary>Fewer than of other actions, of which a step of 1,000 takes some tenths of a second: the payloads of jobs that are made anew are held in memory.</summary>
    private const int ReplaysAStep = 200;

    private const int MaxFailures = 10;
    private const int MaxRefusals = 10;

    private const string Held = "A transaction that is still open holds the job, or what it needs.";

    private static readonly TimeSpan SearchTime = TimeSpan.FromMilliseconds(400);

    /// <summary>Once, by the first step: whoever aborts it then waits as long.</summary>
    private static readonly TimeSpan CountTime = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private static readonly string LockBulkAction = SqlText.Read("lock_bulk_action");
    private static readonly string AdvanceBulkAction = SqlText.Read("advance_bulk_action");
    private static readonly string FailBulkStep = SqlText.Read("fail_bulk_step");
    private static readonly string PassOverBulkJob = SqlText.Read("pass_over_bulk_job");
    private static readonly string SetAsideBulkJobs = SqlText.Read("set_aside_bulk_jobs");
    private static readonly string FindHeldJobs = SqlText.Read("find_held_jobs");
    private static readonly string ReadNextBulkStep = SqlText.Read("read_next_bulk_step");
    private static readonly string ReadBulkActions = SqlText.Read("read_bulk_actions");

    public async Task<BulkStep?> RunNextAsync(CancellationToken cancellationToken)
    {
        BulkAction? action = null;
        IReadOnlyList<JobId> jobs = [];
        var isComingBack = false;
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (await LockAsync(connection, cancellationToken) is not var (locked, stepJobs, pace, held))
                return null;

            action = locked;
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            await context.Database.OpenConnectionAsync(cancellationToken);
            var aside = (NpgsqlConnection)context.Database.GetDbConnection();
            var filter = BulkActionRules.Jobs(action.Asked.Kind, action.Asked.Filter);
            filter = filter with { CreatedTo = filter.CreatedTo < action.CreatedAt ? filter.CreatedTo : action.CreatedAt };
            var (total, isTotalPartial) = action.Total is { } known ? (known, action.IsTotalPartial) : await CountAsync(aside, filter, cancellationToken);

            var most = action.Asked.Kind == BulkActionKind.Replay ? Math.Min(stepJobs, ReplaysAStep) : stepJobs;
            var allowed = Math.Min(most, pace?.Allowed(action.ReadAt) ?? int.MaxValue);
            isComingBack = action.Place == LastPlace(action) && held.Count > 0;
            var found = allowed == 0 ? new FoundJobs([], action.Place, IsPartial: true)
                : isComingBack ? await FindHeldAsync(aside, filter, held[0], cancellationToken)
                : await FindNextAsync(aside, action, filter, allowed, cancellationToken);
            jobs = isComingBack ? found.Ids : [.. found.Ids.Except(held)];

            // The number of a name is looked up once the connection is open: another server is another table.
            var work = new BulkStepWork(connection, aside, server.Current, ids, action, cancellationToken);
            await work.ActAsync(jobs);
            pace = pace?.After(jobs.Count, action.ReadAt);
            JobId[] left = [.. held.Skip(isComingBack && allowed > 0 && !found.IsPartial ? 1 : 0)];
            await AdvanceAsync(connection, action, found, left, work, pace, total, isTotalPartial, cancellationToken);
            var stepped = await ReadAsync(connection, action.Id, cancellationToken);

            // If the process dies before this, nothing was done; from here on all of it was.
            await transaction.CommitAsync(cancellationToken);
            return new BulkStep(stepped, work.HasReady, work.HasCancelRequests, work.Acted > 0 && action.Asked.Kind is BulkActionKind.Cancel or BulkActionKind.Delete);
        }
        catch (Exception e) when (action is not null && IsOfStep(e))
        {
            return new BulkStep(await FailAsync(action, jobs, isComingBack, e, cancellationToken), HasReady: false, HasCancelRequests: false, HasEnded: false);
        }
    }

    public async Task<TimeSpan?> UntilNextAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadNextBulkStep);
        return await command.ExecuteScalarAsync(cancellationToken) is long milliseconds ? TimeSpan.FromMilliseconds(Math.Max(0, milliseconds)) : null;
    }

    /// <summary>A connection that broke says nothing of the step: the loop waits until it can be made again.</summary>
    private static bool IsOfStep(Exception e) => e switch
    {
        PostgresException answer => !PostgresJobStore.IsConnectionLost(answer),
        OperationCanceledException or NpgsqlException => false,
        _ => true,
    };

    private async Task<(long Total, bool IsPartial)> CountAsync(NpgsqlConnection aside, JobFilter filter, CancellationToken cancellationToken)
    {
        var search = await JobSearch.BeginAsync(aside, clock, filter, SearchOrder.NewestFirst, CountTime, cancellationToken);
        var (count, isPartial, _) = await search.CountAsync(sample: 0, cancellationToken);
        return (count, isPartial);
    }

    private async Task<FoundJobs> FindNextAsync(NpgsqlConnection aside, BulkAction action, JobFilter filter, int max, CancellationToken cancellationToken)
    {
        var order = action.IsUpwards ? SearchOrder.OldestFirst : SearchOrder.NewestFirst;
        var search = await JobSearch.BeginAsync(aside, clock, filter, order, SearchTime, cancellationToken);
        return await search.FindAsync(action.Place, max, cancellationToken);
    }

    /// <summary>A job that was set aside, if it is still one of those that are looked for.</summary>
    private async Task<FoundJobs> FindHeldAsync(NpgsqlConnection aside, JobFilter filter, JobId held, CancellationToken cancellationToken)
    {
        var search = await JobSearch.BeginAsync(aside, clock, filter, SearchOrder.NewestFirst, SearchTime, cancellationToken);
        var found = await search.FindAsync(held.Following, 1, cancellationToken);

        // Where time ran out before it was come to, it is looked for again. What lies behind it, however much that is, matters to nobody.
        return new FoundJobs([.. found.Ids.Where(id => id == held)], Next: null, IsPartial: found.Next is { } next && next.Value > held.Value);
    }

    /// <summary>Beyond every id: all that there is has been looked at.</summary>
    private static JobId LastPlace(BulkAction action) => new(action.IsUpwards ? Guid.AllBitsSet : Guid.Empty);

    private static async Task<(BulkAction Action, int StepJobs, Pace? Pace, IReadOnlyList<JobId> Held)?> LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LockBulkAction, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var action = BulkActionRows.Read(reader);
        return (
            action,
            reader.GetInt32(BulkActionRows.StepJobs),
            action.Asked.Pace is { } rate ? new Pace(rate.Interval, rate.Burst, reader.InstantOrNull(BulkActionRows.NextStartAt)) : null,
            Array.ConvertAll(reader.GetFieldValue<Guid[]>(BulkActionRows.HeldIds), id => new JobId(id)));
    }

    private static async Task AdvanceAsync(
        NpgsqlConnection connection, BulkAction action, FoundJobs found, JobId[] left, BulkStepWork work, Pace? pace, long total, bool isTotalPartial, CancellationToken cancellationToken)
    {
        // With a pace the next step is due when its whole burst is again: as many jobs as may be, in as few steps.
        await using var command = new NpgsqlCommand(AdvanceBulkAction, connection)
            .With(action.Id.Value)
            .With((found.Next ?? LastPlace(action)).Value)
            .With((long)work.Acted)
            .With((long)work.Refused.Count)
            .With(BulkActionRows.Write([.. action.Refusals.Concat(work.Refused).Take(MaxRefusals)]), NpgsqlDbType.Json)
            .With(found.Next is null && left.Length == 0)
            .With(pace?.NextStartAt?.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(pace?.NextStartAt?.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(total)
            .With(isTotalPartial)
            .With(action.ReadAt.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(Array.ConvertAll(left, id => id.Value));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<BulkAction> FailAsync(BulkAction action, IReadOnlyList<JobId> jobs, bool isComingBack, Exception e, CancellationToken cancellationToken)
    {
        var isHeld = e is PostgresException lockError && HeldLock.Is(lockError);
        var isOfJob = isHeld || (e is PostgresException answer && StorageFaults.IsFaultOfData(answer));
        var why = isHeld ? Held : e.Message;
        var isLast = action.Failures + 1 >= MaxFailures;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (isHeld && !isComingBack && await HeldOfAsync(connection, jobs, cancellationToken) is { Length: > 0 } held)
        {
            await using var setAside = new NpgsqlCommand(SetAsideBulkJobs, connection).With(action.Id.Value).With(action.Failures).With(held).With(action.Place.Value);
            await setAside.ExecuteNonQueryAsync(cancellationToken);
        }
        else if (jobs is [var only] && isOfJob && (isLast || !isHeld))
        {
            await using var passOver = new NpgsqlCommand(PassOverBulkJob, connection)
                .With(action.Id.Value)
                .With(action.Failures)
                .With(action.Place.Value)
                .With(only.Value)
                .With(BulkActionRows.Write([.. action.Refusals.Append(new RefusedJob(only, why)).Take(MaxRefusals)]), NpgsqlDbType.Json)
                .With(isComingBack ? null : (action.IsUpwards ? only.Following : only).Value, NpgsqlDbType.Uuid);
            await passOver.ExecuteNonQueryAsync(cancellationToken);
        }
        else
        {
            // Where it is one of several, it comes out at once which.
            var delay = isOfJob && jobs.Count > 1 ? TimeSpan.Zero : FirstDelay * Math.Pow(2, action.Failures);
            await using var fail = new NpgsqlCommand(FailBulkStep, connection)
                .With(action.Id.Value)
                .With(action.Failures)
                .With(action.Place.Value)
                .With(why)
                .With((long)(delay < LongestDelay ? delay : LongestDelay).TotalMilliseconds)
                .With(isLast)
                .With(isComingBack && jobs is [var last] ? last.Value : null, NpgsqlDbType.Uuid);
            await fail.ExecuteNonQueryAsync(cancellationToken);
        }

        return await ReadAsync(connection, action.Id, cancellationToken);
    }

    /// <summary>
    /// Those of a step that let it wait, in the order of its jobs. Whoever holds a job is seen at once; where it is what the job needs that is held, such as its key, that comes out when the job is alone.
    /// </summary>
    private static async Task<Guid[]> HeldOfAsync(NpgsqlConnection connection, IReadOnlyList<JobId> jobs, CancellationToken cancellationToken)
    {
        if (jobs is [var only])
            return [only.Value];
        await using var find = new NpgsqlCommand(FindHeldJobs, connection).With(jobs.Select(id => id.Value).ToArray());
        var held = (Guid[])(await find.ExecuteScalarAsync(cancellationToken))!;
        return [.. jobs.Select(id => id.Value).Intersect(held)];
    }

    private static async Task<BulkAction> ReadAsync(NpgsqlConnection connection, BulkActionId id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadBulkActions, connection).With(id.Value, NpgsqlDbType.Uuid).With(value: null, NpgsqlDbType.Uuid).With(1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return BulkActionRows.Read(reader);
    }
}
