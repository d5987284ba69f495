using System.Globalization;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Storage;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>What is told of queues is what their jobs did, whoever adds it up, and whenever.</summary>
public sealed class StatisticsTests
{
    private static readonly QueueName Queue = QueueName.Parse("mail");
    private static readonly AttemptError Error = new("demo.failed", "It failed.");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_queue_tells_how_many_jobs_it_has_and_how_fast_they_become_fewer()
    {
        await using var storage = await TestStorage.CreateAsync();
        var statistics = storage.Statistics();
        await storage.EnqueueAsync([.. NewJobs(storage, 100), .. NewJobs(storage, 3, delay: TimeSpan.FromHours(1))]);
        await statistics.FoldAsync(100, Stop);
        Assert.Null((await FindAsync(storage)).EstimatedDrain);

        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(3));
        var claims = await ClaimAsync(storage, 60);
        await EndAsync(storage, [.. claims.Take(30).Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null)), JobTransition.Retry(claims[30].Id, claims[30].Token, AttemptFailure.Failed, Error, TimeSpan.FromHours(1))]);

        // Of what is not folded, depths are told too.
        var queue = await FindAsync(storage);
        Assert.Equal(new QueueDepth(Blocked: 0, Scheduled: 3, Queued: 40, Running: 29, Retrying: 1), queue.Depth);
        await statistics.FoldAsync(100, Stop);
        queue = await FindAsync(storage);

        Assert.Equal(new QueueDepth(Blocked: 0, Scheduled: 3, Queued: 40, Running: 29, Retrying: 1), queue.Depth);
        Assert.Equal(queue.Depth, (await storage.QueueQueries.DepthsAsync(Stop))[Queue]);
        Assert.Equal(0, queue.InPerSecond);
        Assert.InRange(queue.OutPerSecond, 30 / 120.0, 30 / 60.0);

        // 60 became fewer in one to two minutes, so 40 take less than that.
        Assert.InRange(queue.EstimatedDrain!.Value, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(81));
        Assert.Equal([Queue], (await storage.QueueQueries.ListAsync(Stop)).Select(one => one.Queue.Name));
        Assert.Null(await storage.QueueQueries.FindAsync(QueueName.Parse("nobody"), Stop));
    }

    [Fact]
    public async Task The_oldest_wait_is_that_of_a_queued_job_and_is_not_told_where_it_takes_long_to_find()
    {
        await using var storage = await TestStorage.CreateAsync();
        Assert.Null(await storage.QueueQueries.FindAsync(Queue, Stop));
        await storage.EnqueueAsync([.. NewJobs(storage, 1, priority: 0), .. NewJobs(storage, 1, delay: TimeSpan.FromMinutes(4))]);
        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(5));
        await storage.EnqueueAsync([.. NewJobs(storage, 1, priority: 9)]);
        Assert.InRange((await FindAsync(storage)).OldestWait!.Value, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));

        // It has waited since it was due, not since someone saw it.
        await ClaimAsync(storage, 2);
        Assert.Null((await FindAsync(storage)).OldestWait);
        await storage.DueJobs().PromoteAsync(10, Stop);
        Assert.InRange((await FindAsync(storage)).OldestWait!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));

        await using var other = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await other.BeginTransactionAsync(Stop);
        await using var block = new NpgsqlCommand("LOCK TABLE jobservice.ready_jobs", other);
        await block.ExecuteNonQueryAsync(Stop);
        var queue = await FindAsync(storage);

        Assert.Null(queue.OldestWait);
        Assert.Equal(1, queue.Depth.Queued);
    }

    /// <summary>They wait in lanes of their own, which are no queues to whoever asks.</summary>
    [Fact]
    public async Task Jobs_of_limits_count_for_their_queue_wherever_they_are()
    {
        await using var storage = await TestStorage.CreateAsync();
        var statistics = storage.Statistics();
        Assert.True(LimitPattern.TryParse("tenant:*", out var tenants));
        await storage.Limits.SaveAsync(tenants, new LimitSettings { MaxRunning = 1 }, Stop);
        await storage.EnqueueAsync([.. Enumerable.Range(0, 6).Select(i => storage.NewJob() with { Queue = Queue, LimitKeys = [LimitKey.Parse($"tenant:{i % 3}")], Delay = i > 2 ? TimeSpan.FromMinutes(4) : null })]);
        Assert.Equal(new QueueDepth(Blocked: 0, Scheduled: 3, Queued: 3, Running: 0, Retrying: 0), (await FindAsync(storage)).Depth);
        Assert.Equal(1, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.stat_deltas WHERE to_state = 3"));

        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.InRange((await FindAsync(storage)).OldestWait!.Value, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
        var claims = await storage.ClaimAllAsync();
        await storage.DueJobs().PromoteAsync(10, Stop);
        await EndAsync(storage, [JobTransition.Succeed(claims[0].Id, claims[0].Token, result: null), JobTransition.Retry(claims[1].Id, claims[1].Token, AttemptFailure.Failed, Error, TimeSpan.FromHours(1))]);
        await statistics.FoldAsync(100, Stop);

        var queue = await FindAsync(storage);
        Assert.Equal(new QueueDepth(Blocked: 0, Scheduled: 0, Queued: 3, Running: 1, Retrying: 1), queue.Depth);
        Assert.InRange(queue.OldestWait!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
        Assert.Equal(0, await statistics.CountAsync(TimeSpan.Zero, Stop));
    }

    [Fact]
    public async Task What_a_purge_cancels_no_longer_counts()
    {
        await using var storage = await TestStorage.CreateAsync();
        var statistics = storage.Statistics();
        await storage.EnqueueAsync([.. NewJobs(storage, 4), .. NewJobs(storage, 3, delay: TimeSpan.FromHours(1)), storage.NewJob() with { Queue = Queue, LimitKeys = [LimitKey.Parse("tenant:1")] }]);
        await ClaimAsync(storage, 1);

        await storage.Queues.PurgeAsync(Queue, reason: null, actor: null, Stop);

        Assert.Equal(new QueueDepth(Blocked: 0, Scheduled: 0, Queued: 0, Running: 1, Retrying: 0), (await FindAsync(storage)).Depth);
        Assert.Equal(0, await statistics.CountAsync(TimeSpan.Zero, Stop));
        await statistics.FoldAsync(100, Stop);
        Assert.Equal(7, await storage.Database.QueryAsync<long>("SELECT sum(cancelled) FROM jobservice.stat_minutes"));
    }

    [Fact]
    public async Task A_queue_tells_who_serves_it_and_whether_it_is_paused()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.EnqueueAsync([.. NewJobs(storage, 1)]);
        await storage.RegisterWorkerAsync();
        await RegisterAsync("ma*", "other");
        await RegisterAsync("mai");
        await storage.Leases.LeaveAsync(await RegisterAsync("mail"), Stop);
        await storage.Database.ExecuteAsync("UPDATE jobservice.workers SET lease_until = now() WHERE id = $1", (await RegisterAsync("mail")).Value);
        await storage.Database.ExecuteAsync("UPDATE jobservice.workers SET state = 'draining' WHERE id = $1", (await RegisterAsync("mail")).Value);
        Assert.Equal((2, null), ((await FindAsync(storage)).Workers, (await FindAsync(storage)).Queue.Pause));

        await storage.Database.ExecuteAsync("UPDATE jobservice.queues SET paused_at = now(), paused_because = 'no post', paused_by = 'alice' WHERE name = 'mail'");

        Assert.Equal(("no post", "alice"), ((await FindAsync(storage)).Queue.Pause!.Reason, (await FindAsync(storage)).Queue.Pause!.Actor));

        Task<WorkerId> RegisterAsync(params string[] queues) => storage.Leases.RegisterAsync(
            new WorkerRegistration { Name = "one", Host = "here", Version = "0", ProcessId = 1, Slots = 1, Queues = queues, Types = [] }, TimeSpan.FromHours(1), Stop);
    }

    /// <summary>Depths and counts of each minute against what was counted there and then.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_history_tells_of_each_minute_what_could_be_counted_then(int seed)
    {
        await using var storage = await TestStorage.CreateAsync();
        var (random, statistics) = (new Random(seed), storage.Statistics());
        var counted = new Dictionary<DateTimeOffset, QueueDepth>();
        var waits = new List<TimeSpan>();
        var begun = await MinuteAsync(storage);
        var running = new List<Claim>();
        for (var minute = 0; minute < 12; minute++)
        {
            await storage.EnqueueAsync([.. NewJobs(storage, random.Next(1, 20)), .. NewJobs(storage, random.Next(1, 3), delay: TimeSpan.FromHours(1))]);
            var claims = await ClaimAsync(storage, random.Next(1, 15));
            waits.AddRange(claims.Select(claim => claim.ClaimedAt - claim.RunAt));
            running.AddRange(claims);
            var ends = running.Where(_ => random.Next(2) == 0).ToArray();
            await EndAsync(storage, [.. ends.Select(claim => random.Next(3) == 0
                ? JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, Error, TimeSpan.FromHours(1))
                : JobTransition.Succeed(claim.Id, claim.Token, result: null))]);
            running = [.. running.Except(ends)];
            if (random.Next(3) > 0)
                await statistics.FoldAsync(3, Stop);
            counted[await MinuteAsync(storage)] = await CountAsync(storage);
            await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        while (await statistics.FoldAsync(100, Stop) > 0)
        {
        }

        var to = (await MinuteAsync(storage)).AddMinutes(1);
        var points = await HistoryAsync(storage, begun.AddMinutes(-5), to, TimeSpan.FromMinutes(1));
        var depth = default(QueueDepth);
        foreach (var point in points)
        {
            depth = counted.GetValueOrDefault(point.At, depth);
            Assert.Equal(depth, point.Depth);
        }

        Assert.Equal(await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.jobs"), points.Sum(point => point.Counts.Enqueued));
        Assert.Equal(await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs"), points.Sum(point => point.Counts.Finished));
        Assert.Equal(await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.attempts"), points.Sum(point => point.Counts.Retried));

        // Steps of more than a minute are the sums of theirs, and the last one ends where the time does.
        var wide = await HistoryAsync(storage, begun.AddMinutes(-5), to, TimeSpan.FromMinutes(7));
        Assert.Equal((points.Count + 6) / 7, wide.Count);
        Assert.Equal(points.Chunk(7).Select(chunk => (chunk[0].At, chunk.Aggregate(default(QueueCounts), (sum, point) => sum + point.Counts), chunk[^1].Depth)), wide.Select(point => (point.At, point.Counts, point.Depth)));

        // As long as all of it, there is one step, whose percentiles are those of all.
        var all = Assert.Single(await HistoryAsync(storage, begun.AddMinutes(-5), to, TimeSpan.FromDays(1)));
        var runs = await storage.Database.QueryAsync<TimeSpan[]>(
            """
            SELECT array_agg(finished_at - started_at)
            FROM (SELECT started_at, finished_at FROM jobservice.finished_jobs UNION ALL SELECT started_at, finished_at FROM jobservice.attempts) ended
            """);
        AssertNear(waits, all.Wait!);
        AssertNear(runs, all.Run!);

        static void AssertNear(IEnumerable<TimeSpan> durations, DurationPercentiles told)
        {
            TimeSpan[] sorted = [.. durations.Order()];
            foreach (var (fraction, percentile) in new[] { (0.50, told.P50), (0.95, told.P95), (0.99, told.P99) })
            {
                var exact = sorted[(int)Math.Ceiling(fraction * sorted.Length) - 1];
                Assert.InRange(percentile, exact / 1.42, exact * 1.42 + TimeSpan.FromMilliseconds(1));
            }
        }
    }

    [Fact]
    public async Task What_is_committed_long_after_it_was_noted_is_added_to_the_minute_it_is_of()
    {
        await using var storage = await TestStorage.CreateAsync();
        var clock = new FakeTimeProvider();
        var statistics = storage.Statistics(clock);
        await statistics.FoldAsync(100, Stop);
        var minute = await MinuteAsync(storage);
        await using var late = await OpenEnqueue.BeginAsync(storage, [.. NewJobs(storage, 5)]);
        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(10));
        await storage.EnqueueAsync([.. NewJobs(storage, 1)]);
        Assert.Equal(1, await statistics.FoldAsync(100, Stop));
        await late.CommitAsync();

        // It counts from its commit on, whatever was folded meanwhile, and is added up once by a fold that is not a full one.
        Assert.Equal(6, (await FindAsync(storage)).Depth.Queued);
        Assert.Equal(1, await statistics.FoldAsync(100, Stop));
        Assert.Equal(0, await statistics.FoldAsync(100, Stop));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, await statistics.FoldAsync(100, Stop));

        Assert.Equal(6, (await FindAsync(storage)).Depth.Queued);
        var points = await HistoryAsync(storage, minute, minute.AddMinutes(12), TimeSpan.FromMinutes(1));
        Assert.Equal(5, points.Take(2).Sum(point => point.Counts.Enqueued));
        Assert.Equal(5, points[5].Depth.Queued);
        Assert.Equal(6, points[^1].Depth.Queued);
    }

    /// <summary>Some notes each time, with transactions open before, among and behind them, which end one after the other.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task Depths_are_exact_at_any_moment_however_many_notes_a_fold_takes(int maxNotes)
    {
        await using var storage = await TestStorage.CreateAsync();
        var statistics = storage.Statistics(new FakeTimeProvider());
        await storage.EnqueueAsync([.. NewJobs(storage, 1)]);
        await statistics.FoldAsync(100, Stop);
        var (open, jobs, notes) = (new Queue<OpenEnqueue>(), 1, 0);
        for (var i = 1; i <= 12; i++)
        {
            open.Enqueue(await OpenEnqueue.BeginAsync(storage, [.. NewJobs(storage, i), .. NewJobs(storage, 1, delay: TimeSpan.FromHours(1))]));
            await storage.EnqueueAsync([.. NewJobs(storage, 1)]);
            (jobs, notes) = (jobs + 1, notes + 1);
            if (i > 3)
            {
                await using var late = open.Dequeue();
                if (i % 4 > 0)
                {
                    await late.CommitAsync();
                    (jobs, notes) = (jobs + late.Ids.Count, notes + 2);
                }
            }

            Assert.Equal(jobs, await WaitingAsync());
            var folded = await statistics.FoldAsync(maxNotes, Stop);
            Assert.Equal(Math.Min(notes, maxNotes), folded);
            notes -= folded;
            Assert.Equal(jobs, await WaitingAsync());
        }

        foreach (var last in open)
        {
            await last.CommitAsync();
            await last.DisposeAsync();
            (jobs, notes) = (jobs + last.Ids.Count, notes + 2);
            Assert.Equal(jobs, await WaitingAsync());
        }

        while (await statistics.FoldAsync(maxNotes, Stop) is var folded and > 0)
            notes -= folded;
        Assert.Equal((0, jobs), (notes, await WaitingAsync()));
        Assert.Equal(jobs, await storage.Database.QueryAsync<long>("SELECT sum(enqueued) FROM jobservice.stat_minutes"));

        async Task<long> WaitingAsync() => (await FindAsync(storage)).Depth is var depth ? depth.Queued + depth.Scheduled : 0;
    }

    /// <summary>Transactions there have other numbers, which may be far ahead of those here.</summary>
    [Fact]
    public async Task In_a_database_made_from_a_dump_of_another_server_each_note_counts()
    {
        await using var storage = await TestStorage.CreateAsync();
        var statistics = storage.Statistics(new FakeTimeProvider());
        await statistics.FoldAsync(100, Stop);
        await storage.EnqueueAsync([.. NewJobs(storage, 2)]);
        await storage.Database.ExecuteAsync("UPDATE jobservice.stat_deltas SET xid = '4000000000'");
        await storage.EnqueueAsync([.. NewJobs(storage, 3)]);
        await storage.Database.ExecuteAsync("UPDATE jobservice.stat_folds SET from_xid = '5000000000', open_xids = '{4000000000}'");
        Assert.Equal(5, (await FindAsync(storage)).Depth.Queued);

        Assert.Equal(2, await statistics.FoldAsync(100, Stop));

        Assert.Equal(5, (await FindAsync(storage)).Depth.Queued);
        await storage.EnqueueAsync([.. NewJobs(storage, 1)]);
        Assert.Equal(6, (await FindAsync(storage)).Depth.Queued);
        Assert.Equal(1, await statistics.FoldAsync(100, Stop));
    }

    [Fact]
    public async Task One_process_folds_at_a_time_and_what_it_took_counts_once_or_with_it_dies_not_at_all()
    {
        await using var storage = await TestStorage.CreateAsync();
        var statistics = storage.Statistics();
        await storage.EnqueueAsync([.. NewJobs(storage, 5)]);
        await storage.EnqueueAsync([.. NewJobs(storage, 2)]);

        foreach (var isCommitted in (bool[])[false, true])
        {
            await using var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
            await using var transaction = await connection.BeginTransactionAsync(Stop);
            await using var fold = new NpgsqlCommand(SqlText.Read("fold_statistics"), connection) { Parameters = { new() { Value = true }, new() { Value = 1 } } };
            Assert.Equal(1, await fold.ExecuteScalarAsync(Stop));
            Assert.Equal(0, await statistics.FoldAsync(100, Stop));
            Assert.Equal(7, (await FindAsync(storage)).Depth.Queued);
            await (isCommitted ? transaction.CommitAsync(Stop) : transaction.RollbackAsync(Stop));
        }

        Assert.Equal(1, await statistics.FoldAsync(100, Stop));
        Assert.Equal(7, (await FindAsync(storage)).Depth.Queued);
        Assert.Equal(7, await storage.Database.QueryAsync<long>("SELECT sum(enqueued) FROM jobservice.stat_minutes"));
    }

    [Fact]
    public async Task A_count_corrects_what_nobody_noted_and_nothing_else()
    {
        await using var storage = await TestStorage.CreateAsync();
        var statistics = storage.Statistics();
        await storage.EnqueueAsync([.. NewJobs(storage, 10), .. NewJobs(storage, 4, delay: TimeSpan.FromHours(1)), storage.NewJob()]);
        await ClaimAsync(storage, 3);

        // As an earlier version leaves it, and then the first claim of this one.
        await storage.Database.ExecuteAsync("DELETE FROM jobservice.stat_deltas");
        await ClaimAsync(storage, 2);
        Assert.Equal(new QueueDepth(0, 0, 0, 2, 0), (await FindAsync(storage)).Depth);
        await using var open = await OpenEnqueue.BeginAsync(storage, [.. NewJobs(storage, 7)]);

        Assert.Equal(4, await statistics.CountAsync(TimeSpan.FromMinutes(8), Stop));
        Assert.Equal(new QueueDepth(Blocked: 0, Scheduled: 4, Queued: 5, Running: 5, Retrying: 0), (await FindAsync(storage)).Depth);
        await open.CommitAsync();
        Assert.Equal(12, (await FindAsync(storage)).Depth.Queued);

        // What was folded and what was not make no difference to it; and it is not asked of everyone.
        Assert.Equal(0, await statistics.CountAsync(TimeSpan.Zero, Stop));
        await statistics.FoldAsync(2, Stop);
        Assert.Equal(0, await statistics.CountAsync(TimeSpan.Zero, Stop));
        await storage.Database.ExecuteAsync("UPDATE jobservice.queue_depths SET queued = queued + 1");
        Assert.Equal(0, await statistics.CountAsync(TimeSpan.FromMinutes(8), Stop));
        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(9));
        Assert.InRange(await statistics.CountAsync(TimeSpan.FromMinutes(8), Stop), 1, 2);

        // Nobody enqueued what a count found.
        await statistics.FoldAsync(100, Stop);
        Assert.Equal(new QueueDepth(Blocked: 0, Scheduled: 4, Queued: 12, Running: 5, Retrying: 0), (await FindAsync(storage)).Depth);
        Assert.Equal(7, await storage.Database.QueryAsync<long>("SELECT sum(enqueued) FROM jobservice.stat_minutes"));
    }

    [Fact]
    public async Task Of_two_counts_at_once_one_corrects()
    {
        await using var storage = await TestStorage.CreateAsync();
        var statistics = storage.Statistics();
        await storage.EnqueueAsync([.. NewJobs(storage, 5)]);
        await storage.Database.ExecuteAsync("DELETE FROM jobservice.stat_deltas");
        await using (var connection = await storage.Database.Source.OpenConnectionAsync(Stop))
        {
            await using var transaction = await connection.BeginTransactionAsync(Stop);
            await using var begin = new NpgsqlCommand(SqlText.Read("begin_queue_count"), connection) { Parameters = { new() { Value = 0L } } };
            Assert.Equal(true, await begin.ExecuteScalarAsync(Stop));
            await using var count = new NpgsqlCommand(SqlText.Read("count_queues"), connection);
            Assert.Equal(1, await count.ExecuteNonQueryAsync(Stop));
            Assert.Equal(0, await statistics.CountAsync(TimeSpan.Zero, Stop));
            await transaction.CommitAsync(Stop);
        }

        Assert.Equal(0, await statistics.CountAsync(TimeSpan.Zero, Stop));
        Assert.Equal(5, (await FindAsync(storage)).Depth.Queued);
    }

    [Fact]
    public async Task Old_minutes_are_forgotten_and_depths_stay_right()
    {
        await using var storage = await TestStorage.CreateAsync();
        var statistics = storage.Statistics();
        await storage.EnqueueAsync([.. NewJobs(storage, 5)]);
        await storage.Database.AdvanceAsync(TimeSpan.FromDays(3));
        await storage.EnqueueAsync([.. NewJobs(storage, 2)]);
        await statistics.FoldAsync(100, Stop);

        Assert.Equal(0, await statistics.PruneAsync(TimeSpan.FromDays(4), Stop));
        Assert.Equal(1, await statistics.PruneAsync(TimeSpan.FromDays(2), Stop));

        var to = (await MinuteAsync(storage)).AddMinutes(1);
        Assert.Equal((2, 7), (await HistoryAsync(storage, to.AddMinutes(-2), to, TimeSpan.FromMinutes(2))) is [var point] ? ((int)point.Counts.Enqueued, (int)point.Depth.Queued) : default);
        Assert.Null(await storage.QueueQueries.HistoryAsync(QueueName.Parse("nobody"), Window(to.AddMinutes(-2), to, TimeSpan.FromMinutes(2)), Stop));
    }

    [Theory]
    [InlineData("-1 second", 0)]
    [InlineData("0", 0)]
    [InlineData("1 millisecond", 0)]
    [InlineData("1.01 milliseconds", 1)]
    [InlineData("1.42 milliseconds", 2)]
    [InlineData("3.9 milliseconds", 4)]
    [InlineData("4.1 milliseconds", 5)]
    [InlineData("1 second", 20)]
    [InlineData("1 day", 53)]
    [InlineData("1000 days", 60)]
    public async Task A_duration_has_its_bucket(string duration, int bucket)
    {
        await using var storage = await TestStorage.CreateAsync();

        Assert.Equal((short)bucket, await storage.Database.QueryAsync<short>(string.Create(CultureInfo.InvariantCulture, $"SELECT jobservice.bucket_of(interval '{duration}')")));
    }

    private static NewJob[] NewJobs(TestStorage storage, int count, TimeSpan? delay = null, int priority = 5) =>
        [.. Enumerable.Range(0, count).Select(_ => storage.NewJob() with { Queue = Queue, Delay = delay, Priority = new JobPriority(priority) })];

    private static async Task<IReadOnlyList<Claim>> ClaimAsync(TestStorage storage, int maxJobs) =>
        (await storage.Claimer().ExchangeAsync([], new ClaimRequest { Worker = await WorkerAsync(storage), MaxJobs = maxJobs, Types = [JobType.Parse("demo.echo")] }, Stop)).Claims;

    private static async Task<WorkerId> WorkerAsync(TestStorage storage) =>
        await storage.Database.QueryAsync<int>("SELECT coalesce(max(id), 0) FROM jobservice.workers WHERE name = 'test:1'") is var id and > 0 ? new WorkerId(id) : await storage.RegisterWorkerAsync();

    private static async Task EndAsync(TestStorage storage, params JobTransition[] transitions) =>
        Assert.Empty((await storage.Claimer().ExchangeAsync(transitions, request: null, Stop)).Stale);

    private static async Task<QueueStatistics> FindAsync(TestStorage storage) => (await storage.QueueQueries.FindAsync(Queue, Stop))!;

    private static async Task<IReadOnlyList<QueueHistoryPoint>> HistoryAsync(TestStorage storage, DateTimeOffset from, DateTimeOffset to, TimeSpan step) =>
        (await storage.QueueQueries.HistoryAsync(Queue, Window(from, to, step), Stop))!;

    private static QueueHistoryWindow Window(DateTimeOffset from, DateTimeOffset to, TimeSpan step) => QueueHistoryWindow.Of(from, to, step, to).Value!;

    private static async Task<DateTimeOffset> MinuteAsync(TestStorage storage) =>
        new(await storage.Database.QueryAsync<DateTime>("SELECT date_bin('1 minute', jobservice.now(), 'epoch')"), TimeSpan.Zero);

    private static async Task<QueueDepth> CountAsync(TestStorage storage) => new(
        await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.blocked_jobs"),
        await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.scheduled_jobs WHERE state = 2"),
        await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs"),
        await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.running_jobs"),
        await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.scheduled_jobs WHERE state = 5"));
}
