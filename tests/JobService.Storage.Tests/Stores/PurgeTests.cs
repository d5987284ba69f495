using System.Collections.Concurrent;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Queues;
using JobService.Core.Storage.Stores;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

public sealed class PurgeTests
{
    private static readonly QueueName Low = QueueName.Parse("low");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_waits_is_cancelled_with_its_reason_and_what_runs_or_is_elsewhere_stays()
    {
        await using var storage = await TestStorage.CreateAsync();
        var (running, retrying) = (await EnqueueAsync(storage), await EnqueueAsync(storage));
        var claimer = storage.Claimer();
        var request = new ClaimRequest { Worker = await storage.RegisterWorkerAsync(), MaxJobs = 2, Types = [JobType.Parse("demo.echo")] };
        var claims = (await claimer.ExchangeAsync([], request, Stop)).Claims;
        var failing = claims.Single(claim => claim.Id == retrying);
        await claimer.ExchangeAsync(
            [JobTransition.Retry(failing.Id, failing.Token, AttemptFailure.Failed, new AttemptError("a.b", "c"), TimeSpan.FromHours(1))], request: null, Stop);
        var queued = await EnqueueAsync(storage, job => job with { Priority = new JobPriority(9) });
        var scheduled = await EnqueueAsync(storage, job => job with { Delay = TimeSpan.FromHours(1) });
        var elsewhere = Assert.Single(await storage.EnqueueAsync(storage.NewJob()));

        var purge = (await storage.Queues.PurgeAsync(Low, "sent by mistake", "alice", Stop)).Value!;

        Assert.Equal((3, Low), (purge.Cancelled, purge.Queue.Name));
        foreach (var id in (JobId[])[queued, scheduled, retrying])
        {
            var job = (await storage.Queries.FindAsync(id, Stop)).Value!;
            Assert.Equal((JobState.Cancelled, "sent by mistake"), (job.State, job.Reason));
            var told = (await storage.Queries.EventsAsync(id, Stop)).Single(entry => entry.Kind is "cancelled");
            Assert.Equal(("alice", "sent by mistake"), (told.Actor, told.Detail));
        }

        Assert.Equal(JobState.Running, (await storage.Queries.FindAsync(running, Stop)).Value!.State);
        Assert.Equal(JobState.Queued, (await storage.Queries.FindAsync(elsewhere, Stop)).Value!.State);
        Assert.Equal(0, (await storage.Queues.PurgeAsync(Low, reason: null, actor: null, Stop)).Value!.Cancelled);
    }

    [Fact]
    public async Task A_job_that_comes_due_meanwhile_is_looked_for_once_more()
    {
        await using var storage = await TestStorage.CreateAsync();
        var id = await EnqueueAsync(storage, job => job with { Delay = TimeSpan.FromMinutes(1) });
        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(2));

        // Made ready, and not yet committed: it is in neither place for anyone else.
        await using var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using var promote = new NpgsqlCommand(Core.Storage.SqlText.Read("promote_due_jobs"), connection);
        promote.Parameters.Add(new() { Value = DateTime.UnixEpoch });
        promote.Parameters.Add(new() { Value = 10 });
        await promote.ExecuteNonQueryAsync(Stop);

        var clock = new FakeTimeProvider();
        var purging = new PostgresQueueStore(storage.Hot, clock).PurgeAsync(Low, reason: null, actor: null, Stop);
        for (var looks = 0; looks < 100; looks++)
        {
            Assert.Equal(0, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs"));
            Assert.False(purging.IsCompleted);
        }

        await transaction.CommitAsync(Stop);
        var purge = await EndAsync(purging, clock);

        var job = (await storage.Queries.FindAsync(id, Stop)).Value!;
        Assert.Equal((1, 0, JobState.Cancelled, "purged"), (purge.Cancelled, purge.Held, job.State, job.Reason));
    }

    [Theory]
    [InlineData("ready_jobs", null)]
    [InlineData("scheduled_jobs", 3_600_000)]
    public async Task A_job_that_a_transaction_holds_to_the_end_is_left_and_counted(string table, int? delay)
    {
        await using var storage = await TestStorage.CreateAsync();
        NewJob Delayed(NewJob job) => job with { Delay = delay is { } by ? TimeSpan.FromMilliseconds(by) : null };
        var (held, free) = (await EnqueueAsync(storage, Delayed), await EnqueueAsync(storage, Delayed));
        await using var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var hold = new NpgsqlCommand($"SELECT FROM jobservice.{table} WHERE id = $1 FOR UPDATE", connection) { Parameters = { new() { Value = held.Value } } })
            await hold.ExecuteNonQueryAsync(Stop);

        var clock = new FakeTimeProvider();
        var purge = await EndAsync(new PostgresQueueStore(storage.Hot, clock).PurgeAsync(Low, reason: null, actor: null, Stop), clock);

        Assert.Equal((1, 1), (purge.Cancelled, purge.Held));
        Assert.Equal(JobState.Cancelled, (await storage.Queries.FindAsync(free, Stop)).Value!.State);
        Assert.NotEqual(JobState.Cancelled, (await storage.Queries.FindAsync(held, Stop)).Value!.State);
        await transaction.RollbackAsync(Stop);
        var again = (await storage.Queues.PurgeAsync(Low, reason: null, actor: null, Stop)).Value!;
        Assert.Equal((1, 0), (again.Cancelled, again.Held));
    }

    [Fact]
    public async Task Of_ten_thousand_jobs_among_claims_each_runs_or_is_cancelled_and_none_is_both()
    {
        await using var storage = await TestStorage.CreateAsync();
        for (var i = 0; i < 10; i++)
            await storage.EnqueueAsync([.. Enumerable.Range(0, 1_000).Select(n => storage.NewJob() with { Queue = Low, Delay = n % 4 == 0 ? TimeSpan.FromHours(1) : null })]);
        var workers = new List<WorkerId> { await storage.RegisterWorkerAsync(), await storage.RegisterWorkerAsync() };
        using var over = new CancellationTokenSource();
        var claimed = new ConcurrentBag<JobId>();
        var isStorming = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var storm = Task.WhenAll(workers.Select(ClaimAsync));
        await isStorming.Task.WaitAsync(Stop);

        var purge = (await storage.Queues.PurgeAsync(Low, reason: null, actor: null, Stop)).Value!;
        await over.CancelAsync();
        await storm;

        Assert.NotEmpty(claimed);
        Assert.Equal(10_000, claimed.Count + purge.Cancelled);
        Assert.Equal(purge.Cancelled, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 8"));
        Assert.Equal(claimed.Count, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.running_jobs"));
        Assert.Equal(0, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.running_jobs r JOIN jobservice.finished_jobs f ON f.id = r.id"));
        Assert.Equal(0, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.scheduled_jobs"));
        Assert.Equal(0, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs"));

        async Task ClaimAsync(WorkerId worker)
        {
            var claimer = storage.Claimer();
            while (!over.IsCancellationRequested)
            {
                var exchange = await claimer.ExchangeAsync([], new ClaimRequest { Worker = worker, MaxJobs = 5, Types = [JobType.Parse("demo.echo")] }, Stop);
                foreach (var claim in exchange.Claims)
                    claimed.Add(claim.Id);
                isStorming.TrySetResult();
            }
        }
    }

    [Fact]
    public async Task What_is_enqueued_after_it_began_stays()
    {
        await using var storage = await TestStorage.CreateAsync();
        var old = await EnqueueAsync(storage);
        await using var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var hold = await connection.BeginTransactionAsync(Stop);

        // The purge has begun, and waits at its first batch.
        await using (var block = new NpgsqlCommand("LOCK TABLE jobservice.finished_jobs IN ACCESS EXCLUSIVE MODE", connection))
            await block.ExecuteNonQueryAsync(Stop);
        var purging = storage.Queues.PurgeAsync(Low, reason: null, actor: null, Stop);
        while (await storage.Database.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
            await Task.Yield();
        await using var late = await OpenEnqueue.BeginAsync(storage, storage.NewJob() with { Queue = Low });
        await late.CommitAsync();
        await hold.RollbackAsync(Stop);

        Assert.Equal(1, (await purging).Value!.Cancelled);
        Assert.Equal(JobState.Cancelled, (await storage.Queries.FindAsync(old, Stop)).Value!.State);
        Assert.Equal(JobState.Queued, (await storage.Queries.FindAsync(late.Ids[0], Stop)).Value!.State);
    }

    private static async Task<QueuePurge> EndAsync(Task<Result<QueuePurge>> purging, FakeTimeProvider clock)
    {
        while (!purging.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        return (await purging).Value!;
    }

    private static async Task<JobId> EnqueueAsync(TestStorage storage, Func<NewJob, NewJob>? with = null)
    {
        var job = storage.NewJob() with { Queue = Low };
        return Assert.Single(await storage.EnqueueAsync(with is null ? job : with(job)));
    }
}
