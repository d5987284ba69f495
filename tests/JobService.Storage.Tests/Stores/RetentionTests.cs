using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Retention;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

public sealed class RetentionTests
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    [Fact]
    public async Task A_day_goes_as_a_whole_when_all_its_jobs_ended_long_ago()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.MakeDaysAsync(-10, -9);
        var old = Assert.Single(await storage.EnqueueAsync(storage.NewJobOf(TimeSpan.FromDays(10))));
        var young = Assert.Single(await storage.EnqueueAsync(storage.NewJobOf(TimeSpan.FromDays(9))));
        await FailAllAsync(storage);
        await AgeAsync(storage, old);

        Assert.Equal(new PrunedJobs(Days: 1, Jobs: 0, Results: 0), await PruneAsync(storage));

        Assert.Equal((0, 4), (await TablesAsync(storage, -10), await TablesAsync(storage, -9)));
        Assert.IsType<Refusal.Gone>((await FindAsync(storage, old)).Refusal);
        Assert.Equal(JobState.Failed, (await FindAsync(storage, young)).Value!.State);
        Assert.IsType<Refusal.NotFound>((await FindAsync(storage, storage.NewJob().Id)).Refusal);
    }

    [Fact]
    public async Task An_old_day_with_nothing_in_it_goes_and_a_young_one_stays()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.MakeDaysAsync(-10, -6);

        Assert.Equal(1, (await PruneAsync(storage)).Days);

        Assert.Equal((0, 4), (await TablesAsync(storage, -10), await TablesAsync(storage, -6)));
    }

    [Fact]
    public async Task A_day_with_a_live_job_is_thinned_and_goes_when_that_has_ended()
    {
        await using var storage = await TestStorage.CreateAsync();
        var cancellation = TestContext.Current.CancellationToken;
        await storage.MakeDaysAsync(-10);
        var ended = Assert.Single(await storage.EnqueueAsync(storage.NewJobOf(TimeSpan.FromDays(10))));
        await FailAllAsync(storage);
        await storage.Jobs.RestartAsync(ended, new JobRestart(), actor: null, cancellation);
        await storage.Jobs.CancelAsync(ended, reason: null, actor: null, cancellation);
        await AgeAsync(storage, ended);
        var running = Assert.Single(await storage.EnqueueAsync(storage.NewJobOf(TimeSpan.FromDays(10))));
        var (_, claim) = await ClaimAsync(storage);
        var scheduled = Assert.Single(await storage.EnqueueAsync(storage.NewJobOf(TimeSpan.FromDays(10)) with { Delay = TimeSpan.FromDays(1) }));
        var queued = Assert.Single(await storage.EnqueueAsync(storage.NewJobOf(TimeSpan.FromDays(10))));

        Assert.Equal(new PrunedJobs(Days: 0, Jobs: 1, Results: 0), await PruneAsync(storage));

        Assert.Equal(
            [JobState.Running, JobState.Scheduled, JobState.Queued],
            [await StateAsync(running), await StateAsync(scheduled), await StateAsync(queued)]);
        Assert.IsType<Refusal.NotFound>((await FindAsync(storage, ended)).Refusal);
        foreach (var table in (string[])["jobs", "finished_jobs", "attempts", "job_events"])
            Assert.Equal(0, await storage.Database.QueryAsync<long>($"SELECT count(*) FROM jobservice.{table} WHERE id = $1", ended.Value));

        await storage.Claimer().ExchangeAsync([JobTransition.Succeed(claim.Id, claim.Token, result: null)], request: null, cancellation);
        await storage.Jobs.CancelAsync(scheduled, reason: null, actor: null, cancellation);
        await storage.Jobs.CancelAsync(queued, reason: null, actor: null, cancellation);
        await AgeAsync(storage, running, scheduled, queued);
        Assert.Equal(new PrunedJobs(Days: 1, Jobs: 0, Results: 0), await PruneAsync(storage));
        Assert.Equal(0, await TablesAsync(storage, -10));

        async Task<JobState> StateAsync(JobId id) => (await FindAsync(storage, id)).Value!.State;
    }

    [Fact]
    public async Task A_queue_may_keep_its_final_jobs_shorter_than_the_service_does()
    {
        await using var storage = await TestStorage.CreateAsync();
        var (cancellation, low) = (TestContext.Current.CancellationToken, Core.Queues.QueueName.Parse("low"));
        await storage.MakeDaysAsync(-3, -2);
        await storage.Queues.SaveAsync(low, new Core.Queues.QueueSettings { Retention = TimeSpan.FromDays(2) }, cancellation);
        NewJob Of(int days) => storage.NewJobOf(TimeSpan.FromDays(days)) with { Queue = low };
        var (over, ofAnother, young) = (Of(3), storage.NewJobOf(TimeSpan.FromDays(3)), Of(1));
        await storage.EnqueueAsync(over, ofAnother, young);
        await FailAllAsync(storage);
        await AgeAsync(storage, over.Id, ofAnother.Id);
        var live = Of(3);
        await storage.EnqueueAsync(live);
        await storage.Database.AdvanceAsync(TimeSpan.FromHours(1));

        var retention = storage.Retention;
        Assert.Equal(new PrunedJobs(Days: 0, Jobs: 1, Results: 0), await retention.PruneAsync(Keep, cancellation));

        foreach (var table in (string[])["jobs", "finished_jobs", "attempts", "job_events"])
            Assert.Equal(0, await storage.Database.QueryAsync<long>($"SELECT count(*) FROM jobservice.{table} WHERE id = $1", over.Id.Value));
        foreach (var id in (JobId[])[ofAnother.Id, young.Id, live.Id])
            Assert.Null((await FindAsync(storage, id)).Refusal);
        Assert.IsType<Refusal.Gone>((await FindAsync(storage, over.Id)).Refusal);
        Assert.IsType<Refusal.NotFound>((await FindAsync(storage, Of(1).Id)).Refusal);

        // One that ended late is found by the daily look at all.
        await storage.Jobs.CancelAsync(live.Id, reason: null, actor: null, cancellation);
        await AgeAsync(storage, live.Id);
        Assert.Equal(0, (await retention.PruneAsync(Keep, cancellation)).Jobs);
        await storage.Database.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Equal(1, (await retention.PruneAsync(Keep, cancellation)).Jobs);
    }

    [Fact]
    public async Task A_result_goes_at_its_own_time_and_its_job_stays()
    {
        await using var storage = await TestStorage.CreateAsync();
        var ids = await storage.EnqueueAsync(storage.NewJob(), storage.NewJob(), storage.NewJob());
        TimeSpan?[] kept = [TimeSpan.FromHours(1), TimeSpan.FromHours(3), null];
        foreach (var keep in kept)
        {
            var (claimer, claim) = await ClaimAsync(storage);
            await claimer.ExchangeAsync([JobTransition.Succeed(claim.Id, claim.Token, "1"u8.ToArray(), keep)], request: null, TestContext.Current.CancellationToken);
        }

        await storage.Database.AdvanceAsync(TimeSpan.FromHours(2));
        Assert.Equal(new PrunedJobs(Days: 0, Jobs: 0, Results: 1), await PruneAsync(storage));

        var jobs = new List<Job>();
        foreach (var id in ids)
            jobs.Add((await FindAsync(storage, id)).Value!);
        Assert.Equal([null, "1", "1"], jobs.Select(job => job.Result));
        Assert.Equal([true, false, false], jobs.Select(job => job.IsResultGone));
        Assert.Equal(0, (await PruneAsync(storage)).Results);
    }

    [Theory]
    [InlineData("job_views", true)]
    [InlineData("jobs_{0}", false)]
    public async Task A_day_that_waits_for_a_long_reader_holds_up_nobody_and_is_finished_by_the_next_round(string read, bool isNewDayFree)
    {
        await using var storage = await TestStorage.CreateAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));

        // Whoever would wait for a lock gets an error instead; but the retirement, which says itself how long it waits: longer than that.
        await storage.Database.ExecuteAsync("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET lock_timeout = 100', current_database()); END $$");
        await storage.MakeDaysAsync(-10);

        // By statements that are prepared and planned while the day is still there.
        for (var i = 0; i < 3; i++)
        {
            await storage.EnqueueAsync(storage.NewJob());
            await ClaimAsync(storage);
        }

        var live = Assert.Single(await storage.EnqueueAsync(storage.NewJob()));
        await using var reader = await storage.Database.Source.OpenConnectionAsync(patience.Token);
        var reading = await reader.BeginTransactionAsync(patience.Token);
        var table = string.Format(System.Globalization.CultureInfo.InvariantCulture, read, await DayAsync(storage, -10));
        await using (var look = new NpgsqlCommand($"SELECT count(*) FROM jobservice.{table}", reader))
            await look.ExecuteScalarAsync(patience.Token);

        var pruning = PruneAsync(storage);
        var pid = await WaitingAsync(storage, pruning);
        Assert.False(pruning.IsCompleted);

        // While it waits, jobs are enqueued, claimed, read, cancelled, and the next day is made; but where someone reads the one partition, it
        // waits with a lock that a new day needs as well, for as long as its lock timeout, and days are made three ahead.
        await storage.Jobs.EnqueueAsync([storage.NewJob()], patience.Token);
        await ClaimAsync(storage);
        await storage.Database.AdvanceAsync(TimeSpan.FromDays(1));
        await storage.Queries.FindAsync(live, patience.Token);
        await storage.Jobs.CancelAsync(live, reason: null, actor: null, patience.Token);
        if (isNewDayFree)
            await storage.Retention.CreatePartitionsAsync(patience.Token);

        // It gives way, as its lock timeout makes it do; what is done half stays hidden from readers and is found again.
        await storage.Database.QueryAsync<bool>("SELECT pg_cancel_backend($1)", pid);
        Assert.Equal(0, (await pruning).Days);
        await reading.DisposeAsync();
        Assert.Equal(1, (await storage.Retention.PruneAsync(TimeSpan.FromDays(8), patience.Token)).Days);
        Assert.Equal(0, await TablesAsync(storage, -10));
    }

    [Fact]
    public async Task A_day_that_cannot_go_keeps_no_other()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.MakeDaysAsync(-10, -9);
        await storage.Database.ExecuteAsync($"CREATE VIEW kept AS SELECT * FROM jobservice.{await PartitionAsync(storage, -10)}");

        Assert.Equal(1, (await PruneAsync(storage)).Days);

        Assert.Equal(0, await TablesAsync(storage, -9));
        await storage.Database.ExecuteAsync("DROP VIEW kept");
        Assert.Equal(1, (await PruneAsync(storage)).Days);
        Assert.Equal(0, await TablesAsync(storage, -10));
    }

    [Fact]
    public async Task What_is_known_of_when_a_job_expires_goes_with_it()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.MakeDaysAsync(-10, -9);
        var now = TimeProvider.System.GetUtcNow();
        NewJob Ending(int days) => storage.NewJobOf(TimeSpan.FromDays(days)) with { ExpiresAt = now.AddDays(30), Deadline = now.AddDays(60) };
        var (thinned, dropped, young) = (Ending(10), Ending(9), storage.NewJob() with { ExpiresAt = now.AddDays(30) });
        await storage.EnqueueAsync(thinned, dropped, young);
        foreach (var job in (NewJob[])[thinned, dropped])
            await storage.Jobs.CancelAsync(job.Id, reason: null, actor: null, TestContext.Current.CancellationToken);
        await AgeAsync(storage, thinned.Id, dropped.Id);
        await storage.EnqueueAsync(storage.NewJobOf(TimeSpan.FromDays(10)));
        Assert.Equal(5, await EntriesAsync(storage));

        Assert.Equal(new PrunedJobs(Days: 1, Jobs: 1, Results: 0), await PruneAsync(storage));

        Assert.Equal(1, await EntriesAsync(storage));
        await storage.Jobs.DeleteAsync(young.Id, TestContext.Current.CancellationToken);
        Assert.Equal(0, await EntriesAsync(storage));
    }

    [Theory]
    [InlineData("ALTER TABLE jobservice.jobs DETACH PARTITION jobservice.{0}")]
    [InlineData("ALTER TABLE jobservice.jobs DETACH PARTITION jobservice.{0}; DROP TABLE jobservice.{0}")]
    public async Task A_drop_that_was_interrupted_is_finished(string done)
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.MakeDaysAsync(-10);
        var old = Assert.Single(await storage.EnqueueAsync(storage.NewJobOf(TimeSpan.FromDays(10))));
        await FailAllAsync(storage);
        await AgeAsync(storage, old);
        var partition = await PartitionAsync(storage, -10);
        await storage.Database.ExecuteAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, done, partition));
        Assert.IsType<Refusal.Gone>((await FindAsync(storage, old)).Refusal);

        Assert.Equal(1, (await PruneAsync(storage)).Days);

        Assert.Equal(0, await TablesAsync(storage, -10));
    }

    [Fact]
    public async Task No_job_of_a_day_that_is_being_dropped_comes_back_to_life()
    {
        await using var storage = await TestStorage.CreateAsync();
        var cancellation = TestContext.Current.CancellationToken;
        await storage.MakeDaysAsync(-10);
        var old = Assert.Single(await storage.EnqueueAsync(storage.NewJobOf(TimeSpan.FromDays(10))));
        await FailAllAsync(storage);

        await using (var dropper = await storage.Database.Source.OpenConnectionAsync(cancellation))
        await using (var transaction = await dropper.BeginTransactionAsync(cancellation))
        {
            await using var guard = new NpgsqlCommand(Sql.SqlFile.Of("lock_day").Text, dropper) { Parameters = { new() { Value = old.Value } } };
            await guard.ExecuteNonQueryAsync(cancellation);
            Assert.IsType<Refusal.InUse>((await storage.Jobs.RestartAsync(old, new JobRestart(), actor: null, cancellation)).Refusal);
        }

        Assert.Equal(JobState.Queued, (await storage.Jobs.RestartAsync(old, new JobRestart(), actor: null, cancellation)).Value);
    }

    /// <summary>The process of the server that waits for a lock, once one does.</summary>
    private static async Task<int> WaitingAsync(TestStorage storage, Task pruning)
    {
        var pid = 0;
        while (pid == 0 && !pruning.IsCompleted)
            pid = await storage.Database.QueryAsync<int>("SELECT coalesce(max(l.pid), 0) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT granted AND datname = current_database()");
        return pid;
    }

    private static async Task<string> PartitionAsync(TestStorage storage, int distance) => $"jobs_{await DayAsync(storage, distance)}";

    private static Task<string> DayAsync(TestStorage storage, int distance) =>
        storage.Database.QueryAsync<string>("SELECT to_char((now() AT TIME ZONE 'UTC')::date + $1, 'YYYYMMDD')", distance);

    private static Task<long> EntriesAsync(TestStorage storage) => storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.expiring_jobs");

    private static Task<PrunedJobs> PruneAsync(TestStorage storage) => storage.Retention.PruneAsync(Keep, TestContext.Current.CancellationToken);

    private static Task<Result<Job>> FindAsync(TestStorage storage, JobId id) => storage.Queries.FindAsync(id, TestContext.Current.CancellationToken);

    private static Task<long> TablesAsync(TestStorage storage, int distance) => storage.Database.QueryAsync<long>(
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'jobservice' AND tablename LIKE '%' || to_char((now() AT TIME ZONE 'UTC')::date + $1, 'YYYYMMDD')", distance);

    /// <summary>Makes it so that the jobs ended long ago.</summary>
    private static Task AgeAsync(TestStorage storage, params JobId[] ids) => storage.Database.ExecuteAsync(
        "UPDATE jobservice.finished_jobs SET finished_at = now() - interval '8 days' WHERE id = ANY ($1)", ids.Select(id => id.Value).ToArray());

    private static async Task<(IClaimStore Claimer, Claim Claim)> ClaimAsync(TestStorage storage)
    {
        var claimer = storage.Claimer();
        var request = new ClaimRequest { Worker = await storage.RegisterWorkerAsync(), MaxJobs = 1, Types = [JobType.Parse("demo.echo")] };
        return (claimer, Assert.Single((await claimer.ExchangeAsync([], request, TestContext.Current.CancellationToken)).Claims));
    }

    private static async Task FailAllAsync(TestStorage storage)
    {
        var request = new ClaimRequest { Worker = await storage.RegisterWorkerAsync(), MaxJobs = 100, Types = [JobType.Parse("demo.echo")] };
        var claimer = storage.Claimer();
        var claims = (await claimer.ExchangeAsync([], request, TestContext.Current.CancellationToken)).Claims;
        await claimer.ExchangeAsync(
            [.. claims.Select(claim => JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, new AttemptError("demo.failed", "It failed."), "attempts"))],
            request: null,
            TestContext.Current.CancellationToken);
    }
}
