using JobService.Core.Jobs;
using JobService.Core.Storage.Stores;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Reading;

/// <summary>
/// Looks for jobs from the newest down or from the oldest up, in windows, until it has enough or its time is over. There may be several ways to what it looks for, an index or a small table;
/// each is complete as far as it has come, so they take turns, and the one goes on that gets furthest in a time.
/// </summary>
internal sealed class JobSearch
{
    /// <summary>More jobs with some tags than that are not rare on these days: another way meets them often enough.</summary>
    private const int MostTagged = 50_000;

    /// <summary>How many ids are held at once while they are counted.</summary>
    private const int MostCounted = 100_000;

    /// <summary>What reads a place that has no order takes no more than this part of the time that is left: where it is large, another way comes further.</summary>
    private const double UnorderedShare = 0.25;

    /// <summary>How long the other ways are tried before the index of tags is, which may lead to very many at once.</summary>
    private static readonly TimeSpan BeforeTags = TimeSpan.FromMilliseconds(40);

    /// <summary>The first statement has that long, whatever is left: a search that is made again and again gets on, even where each is late.</summary>
    private static readonly TimeSpan ToBegin = TimeSpan.FromSeconds(1);

    private static readonly string PlanSearch = SqlText.Read("plan_search");
    private static readonly string SearchJobs = SqlText.Read("search_jobs");
    private static readonly string SearchChosenJobs = SqlText.Read("search_chosen_jobs");
    private static readonly string SearchJobsUpwards = SqlText.Read("search_jobs_upwards");
    private static readonly string SearchChosenJobsUpwards = SqlText.Read("search_chosen_jobs_upwards");
    private static readonly string SearchTaggedJobs = SqlText.Read("search_tagged_jobs");

    private readonly NpgsqlConnection connection;
    private readonly TimeProvider clock;
    private readonly SearchScope scope;
    private readonly SearchOrder order;
    private readonly TimeSpan time;
    private readonly long begun;
    private readonly Dictionary<SearchWay, SearchRunner> runners = [];
    private bool hasLooked;

    private JobSearch(NpgsqlConnection connection, TimeProvider clock, SearchScope scope, SearchOrder order, TimeSpan time) =>
        (this.connection, this.clock, this.scope, this.order, this.time, begun) = (connection, clock, scope, order, time, clock.GetTimestamp());

    /// <summary>By the database's clock, when the search began.</summary>
    public DateTimeOffset Now => scope.Now;

    private TimeSpan Left => time - clock.GetElapsedTime(begun);

    /// <param name="connection">Open, out of any transaction, and planned by PostgreSQL as it sees fit.</param>
    /// <param name="clock">Measures the time it takes.</param>
    /// <param name="filter">What it looks for.</param>
    /// <param name="order">Which jobs it comes to first.</param>
    /// <param name="time">How long it may take in all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<JobSearch> BeginAsync(
        NpgsqlConnection connection, TimeProvider clock, JobFilter filter, SearchOrder order, TimeSpan time, CancellationToken cancellationToken)
    {
        return new JobSearch(connection, clock, await SearchScope.ReadAsync(connection, filter, cancellationToken), order, time);
    }

    /// <summary>The next jobs from a place on, as many as are asked for; null is where the search begins.</summary>
    public async Task<FoundJobs> FindAsync(JobId? place, int max, CancellationToken cancellationToken)
    {
        var found = new List<JobId>();
        foreach (var stretch in order == SearchOrder.OldestFirst ? scope.Stretches.Reverse() : scope.Stretches)
        {
            var rest = place is { } begin ? stretch.From(begin.Value, order) : stretch;
            var ways = WaysOf(stretch);
            var begunStretch = clock.GetTimestamp();
            SearchList? tagged = null;
            while (!rest.IsEmpty)
            {
                if (found.Count == max)
                    return new FoundJobs(found, new JobId(rest.PlaceOf(order)), IsPartial: false);
                if (Left <= TimeSpan.Zero && hasLooked)
                    return new FoundJobs(found, new JobId(rest.PlaceOf(order)), IsPartial: true);
                if (tagged is null && stretch.IsIndexed && scope.Tags is not null && clock.GetElapsedTime(begunStretch) >= BeforeTags)
                {
                    tagged = await ListTaggedAsync(rest, cancellationToken);
                    if (tagged.IsComplete)
                        ways.Add(runners[SearchWay.Tags] = new SearchRunner(SearchWay.Tags));
                    continue;
                }

                var runner = ways.MaxBy(way => way.Speed)!;
                rest = await LookAsync(runner, tagged, rest, max, found, cancellationToken);
            }
        }

        return new FoundJobs(found, Next: null, IsPartial: false);
    }

    /// <summary>How many there are, as far as the time reaches; and the first of them.</summary>
    public async Task<(long Count, bool IsPartial, IReadOnlyList<JobId> First)> CountAsync(int sample, CancellationToken cancellationToken)
    {
        var (count, first) = (0L, new List<JobId>());
        JobId? place = null;
        while (true)
        {
            var found = await FindAsync(place, MostCounted, cancellationToken);
            first.AddRange(found.Ids.Take(sample - first.Count));
            count += found.Ids.Count;
            if (found.Next is null || found.IsPartial)
                return (count, found.IsPartial, first);
            place = found.Next;
        }
    }

    /// <summary>Looks at one window, and says of what everything else is found now.</summary>
    private async Task<SearchStretch> LookAsync(
        SearchRunner runner, SearchList? tagged, SearchStretch rest, int max, List<JobId> found, CancellationToken cancellationToken)
    {
        var (begunWindow, window) = (clock.GetTimestamp(), runner.Window);
        if (await TryLookAsync(runner.Way, tagged, rest, window, max - found.Count, cancellationToken) is not { } seen)
        {
            runner.WasStopped();
            return rest;
        }

        found.AddRange(seen.Found.Select(id => new JobId(id)));

        // Where there was no room for more, what lies behind the last is still to be looked at.
        var place = found.Count == max && seen.Found.Length > 0 ? Behind(seen.Found[^1]) : seen.Count < window ? rest.LastPlaceOf(order) : Behind(seen.Last!.Value);
        runner.Ran((Time(place) - Time(rest.PlaceOf(order))).Duration(), clock.GetElapsedTime(begunWindow));
        return rest.From(place, order);
    }

    /// <summary>The place of a search that has come to a job.</summary>
    private Guid Behind(Guid id) => order == SearchOrder.OldestFirst ? new JobId(id).Following.Value : id;

    private List<SearchRunner> WaysOf(SearchStretch stretch)
    {
        if (scope.ScheduleId is not null)
            return [Runner(SearchWay.Schedule)];

        // What is queued is mostly among the newest, and its place has no order: then all are tried first. Of other states the places lead straight to them.
        var isByState = scope.States?.Contains((short)JobState.Succeeded) is false;
        var isQueued = isByState && scope.States!.Contains((short)JobState.Queued);
        var ways = new List<SearchRunner>();
        if (isQueued)
            ways.Add(Runner(SearchWay.All));
        if (scope.TypeIds is not null && stretch.IsIndexed)
            ways.Add(Runner(SearchWay.Type));
        if (scope.QueueId is not null && stretch.IsIndexed)
            ways.Add(Runner(SearchWay.Queue));
        if (isByState)
            ways.Add(Runner(SearchWay.State));
        else
            ways.Add(Runner(SearchWay.All));
        return ways;
    }

    private SearchRunner Runner(SearchWay way) => runners.TryGetValue(way, out var runner) ? runner : runners[way] = new SearchRunner(way);

    private string StatementOf(SearchWay way) => (way, order) switch
    {
        (SearchWay.All, SearchOrder.NewestFirst) => SearchJobs,
        (SearchWay.All, _) => SearchJobsUpwards,
        (_, SearchOrder.NewestFirst) => SearchChosenJobs,
        _ => SearchChosenJobsUpwards,
    };

    /// <summary>Null where it was stopped since it took longer than it may.</summary>
    private async Task<SeenJobs?> TryLookAsync(
        SearchWay way, SearchList? tagged, SearchStretch rest, int window, int max, CancellationToken cancellationToken)
    {
        var search = new NpgsqlBatchCommand(StatementOf(way))
            .With(rest.End).With(rest.First).With(window).With(max)
            .With(scope.TypeIds, NpgsqlDbType.Array | NpgsqlDbType.Integer)
            .With(scope.QueueId, NpgsqlDbType.Integer)
            .With(scope.Tags, NpgsqlDbType.Jsonb)
            .With(scope.CreatedFrom?.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(scope.CreatedTo?.UtcDateTime, NpgsqlDbType.TimestampTz)
            .With(scope.States, NpgsqlDbType.Array | NpgsqlDbType.Smallint)
            .With(scope.WorkerIds, NpgsqlDbType.Array | NpgsqlDbType.Integer);
        if (way != SearchWay.All)
        {
            search = search
                .With((int)way)
                .With(scope.ScheduleId, NpgsqlDbType.Integer)
                .With(way == SearchWay.Tags ? tagged!.Next(rest, window) : null, NpgsqlDbType.Array | NpgsqlDbType.Uuid);
        }

        return await TryReadAsync(
            search,
            isByBitmap: false,
            way == SearchWay.State && scope.States!.Contains((short)JobState.Queued) ? Left * UnorderedShare : Left,
            reader => new SeenJobs(reader.GetFieldValue<Guid[]>(0), reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.GetInt32(2)),
            cancellationToken);
    }

    private async Task<SearchList> ListTaggedAsync(SearchStretch rest, CancellationToken cancellationToken)
    {
        var search = new NpgsqlBatchCommand(SearchTaggedJobs).With(rest.End).With(rest.First).With(scope.Tags, NpgsqlDbType.Jsonb).With(MostTagged + 1);
        var ids = await TryReadAsync(search, isByBitmap: true, Left / 2, reader => reader.GetFieldValue<Guid[]>(0), cancellationToken);
        return new SearchList(ids ?? [], order, IsComplete: ids?.Length <= MostTagged);
    }

    /// <summary>Runs a statement for no longer than it may take; null where that was not enough.</summary>
    private async Task<T?> TryReadAsync<T>(
        NpgsqlBatchCommand search, bool isByBitmap, TimeSpan timeout, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        if (!hasLooked && timeout < ToBegin)
            timeout = ToBegin;
        hasLooked = true;
        try
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(new NpgsqlBatchCommand(PlanSearch).With(Math.Max((int)timeout.TotalMilliseconds, 1)).With(isByBitmap));
            batch.BatchCommands.Add(search);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return read(reader);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.QueryCanceled && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The time in an id; of one beyond all, now.</summary>
    private DateTimeOffset Time(Guid id) => new JobId(id).MadeAt is var at && at < scope.Now ? at : scope.Now;

    /// <summary>What one statement has looked at.</summary>
    private sealed record SeenJobs(Guid[] Found, Guid? Last, int Count);
}
