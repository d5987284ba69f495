using JobService.Core.Claiming;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Sequences;
using JobService.Core.Storage;
using JobService.Core.Storage.Reading;
using JobService.Core.Storage.Stores;
using JobService.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Conformance.Stores;

/// <summary>The product's stores on a real PostgreSQL.</summary>
public sealed class PostgresStore : StoreUnderTest
{
    /// <summary>Some of them look back only a little, others at everything.</summary>
    private static readonly TimeSpan BetweenClaims = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider clock = new();
    private readonly TestDatabase database;
    private readonly NpgsqlDataSource hot;
    private readonly PooledDbContextFactory<JobServiceDbContext> contexts;
    private readonly PostgresJobQueries queries;
    private readonly PostgresQueueQueries queueQueries;
    private readonly PostgresLimitQueries limitQueries;
    private readonly PostgresQueueStore queues;
    private readonly PostgresQueueStatisticsStore statistics;
    private TimeSpan ahead;

    private PostgresStore(TestDatabase database, bool enqueuesInSql)
    {
        this.database = database;
        var names = new ServerNames();
        hot = PostgresDatabase.CreateHot(database.ConnectionString, names);
        Jobs = new PostgresJobStore(hot, names);
        Keyed = new PostgresKeyedJobStore(hot, names);
        Leases = new PostgresLeaseStore(hot);
        if (enqueuesInSql)
            Keyed = new KeyedJobsInSql(database.Source, Keyed, Leases);
        Claims = new SpacedClaims(new PostgresClaimStore(hot, names, clock), clock);
        ClaimsElsewhere = new SpacedClaims(new PostgresClaimStore(hot, names, clock), clock);
        Due = new PostgresDueJobsStore(hot, clock);
        Sequences = new PostgresSequenceStore(hot);
        Heads = new PostgresEndedHeadsStore(hot, clock);
        Limits = new PostgresLimitStore(hot);
        limitQueries = new PostgresLimitQueries(hot);
        queues = new PostgresQueueStore(hot, clock);
        statistics = new PostgresQueueStatisticsStore(hot, clock);
        contexts = new PooledDbContextFactory<JobServiceDbContext>(new DbContextOptionsBuilder<JobServiceDbContext>()
            .UseNpgsql(PostgresDatabase.ForReading(database.ConnectionString))
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .Options);
        queries = new PostgresJobQueries(contexts, hot, clock);
        queueQueries = new PostgresQueueQueries(contexts);
    }

    public override IJobStore Jobs { get; }

    public override IKeyedJobStore Keyed { get; }

    public override IClaimStore Claims { get; }

    public override IClaimStore ClaimsElsewhere { get; }

    public override IDueJobsStore Due { get; }

    public override ILeaseStore Leases { get; }

    public override ISequenceStore Sequences { get; }

    public override IEndedHeadsStore Heads { get; }

    public override ILimitStore Limits { get; }

    /// <param name="enqueuesInSql">Whether jobs with keys or of sequences are enqueued by the functions of the database instead.</param>
    public static async Task<PostgresStore> CreateAsync(bool enqueuesInSql = false) => new(await TestDatabase.CreateAsync(), enqueuesInSql);

    /// <summary>A store on a database that was used before, emptied, and its clock set back. Some job has named a limit key: of the first that ever does a claim that finds others hears within a second.</summary>
    public static async Task<PostgresStore> OnAsync(TestDatabase database, bool enqueuesInSql = false)
    {
        await database.ExecuteAsync("""
            TRUNCATE jobservice.jobs, jobservice.ready_jobs, jobservice.running_jobs, jobservice.scheduled_jobs, jobservice.expiring_jobs,
                     jobservice.finished_jobs, jobservice.attempts, jobservice.job_events, jobservice.workers, jobservice.lanes,
                     jobservice.job_keys, jobservice.sequences, jobservice.blocked_jobs, jobservice.sequence_ends, jobservice.cancel_requests,
                     jobservice.limits, jobservice.limit_keys, jobservice.limit_lanes, jobservice.limit_holds, jobservice.stat_deltas, jobservice.queue_depths, jobservice.stat_minutes;
            INSERT INTO jobservice.limit_lanes (queue_id, type_id, keys, key_ids) VALUES (0, 0, '{}', '{}');
            UPDATE jobservice.queues SET paused_at = NULL, paused_because = NULL, paused_by = NULL WHERE paused_at IS NOT NULL;
            """);
        return new PostgresStore(database, enqueuesInSql);
    }

    public override async Task<DateTimeOffset> NowAsync() =>
        new(await database.QueryAsync<DateTime>("SELECT jobservice.now()"), TimeSpan.Zero);

    public override async Task AdvanceAsync(TimeSpan by)
    {
        ahead += by;
        clock.Advance(by);
        await database.AdvanceAsync(by);
    }

    public override async Task<JobSight?> SeeAsync(JobId id)
    {
        var found = await queries.FindAsync(id, Cancellation);
        return found.IsRefused(out var refusal, out var job) ? Absent(refusal) : JobSight.Of(job);
    }

    public override async Task<IReadOnlyDictionary<JobId, JobSight>> SeeAsync(IReadOnlyCollection<JobId> ids)
    {
        await using var context = await contexts.CreateDbContextAsync(Cancellation);
        var all = ids.Select(id => id.Value).ToArray();
        return (await context.Jobs.Where(row => all.Contains(row.Id)).ToListAsync(Cancellation)).ToDictionary(row => new JobId(row.Id), row => JobSight.Of(row.ToJob()));
    }

    public override Task PauseAsync(QueueName queue) => queues.PauseAsync(queue, reason: null, actor: null, Cancellation);

    public override Task ResumeAsync(QueueName queue) => queues.ResumeAsync(queue, Cancellation);

    public override async Task<string> StandingsAsync(JobId id) => string.Join('\n', (await limitQueries.StandingsAsync(id, Cancellation))
        .Select(key => Told(key.Key, key.Pattern, key.MaxRunning is null ? null : (key.Running, key.Holders), key.IsOpen)));

    public override async Task<IReadOnlyList<SequenceSight>> SequencesAsync()
    {
        await using var command = database.Source.CreateCommand(
            """
            SELECT s.key, s.head_id, s.held_at IS NOT NULL, ARRAY(SELECT w.id FROM jobservice.blocked_jobs w WHERE w.sequence_id = s.id ORDER BY w.position)
            FROM jobservice.sequences s WHERE s.head_id IS NOT NULL ORDER BY s.key
            """);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var sequences = new List<SequenceSight>();
        while (await reader.ReadAsync(Cancellation))
            sequences.Add(new SequenceSight(reader.GetString(0), new JobId(reader.GetGuid(1)), reader.GetBoolean(2), [.. reader.GetFieldValue<Guid[]>(3).Select(id => new JobId(id))]));
        return sequences;
    }

    public override async Task PruneKeysAsync()
    {
        await database.ExecuteAsync("UPDATE jobservice.job_keys SET review_at = '-infinity'");
        await using var prune = hot.CreateCommand(SqlText.Read("prune_keys")).With(1_000);
        await prune.ExecuteNonQueryAsync(Cancellation);
    }

    public override async Task<string> DepthsAsync() => Told((await queueQueries.DepthsAsync(Cancellation)).Select(queue => (queue.Key, queue.Value)));

    public override async Task<string> CountsAsync()
    {
        // The first fold after a minute is a full one.
        clock.Advance(TimeSpan.FromMinutes(1));
        while (await statistics.FoldAsync(1_000, Cancellation) == 1_000)
        {
        }

        await using var command = database.Source.CreateCommand(
            """
            SELECT q.name, sum(m.enqueued), sum(m.started), sum(m.succeeded), sum(m.failed), sum(m.cancelled), sum(m.retried)
            FROM jobservice.stat_minutes m JOIN jobservice.queues q ON q.id = m.queue_id GROUP BY q.name
            """);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var counts = new List<(QueueName, QueueCounts)>();
        while (await reader.ReadAsync(Cancellation))
            counts.Add((QueueName.Parse(reader.GetString(0)), new QueueCounts(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6))));
        return Told(counts);
    }

    public override Task FoldAsync(int maxNotes) => statistics.FoldAsync(maxNotes, Cancellation);

    /// <summary>Leaves the database to the next store.</summary>
    public async Task ReleaseAsync()
    {
        await database.AdvanceAsync(-ahead);
        await hot.DisposeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await hot.DisposeAsync();
        await database.DisposeAsync();
    }

    private static JobSight? Absent(Refusal refusal)
    {
        Assert.IsType<Refusal.NotFound>(refusal);
        return null;
    }

    private sealed class SpacedClaims(PostgresClaimStore claims, FakeTimeProvider clock) : IClaimStore
    {
        public Task<Exchange> ExchangeAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request, CancellationToken cancellationToken)
        {
            clock.Advance(BetweenClaims);
            return claims.ExchangeAsync(transitions, request, cancellationToken);
        }

        public Task<int> DisownAsync(WorkerId worker, IReadOnlyCollection<LeaseToken> known, CancellationToken cancellationToken) =>
            claims.DisownAsync(worker, known, cancellationToken);
    }
}
