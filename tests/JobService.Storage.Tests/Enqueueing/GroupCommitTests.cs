using System.Collections.Concurrent;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Signals;
using JobService.Core.Storage;
using JobService.Core.Storage.Signals;
using JobService.Core.Storage.Stores;
using JobService.Storage.Tests.EnqueueInSql;
using JobService.Storage.Tests.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace JobService.Storage.Tests.Enqueueing;

public sealed class GroupCommitTests : IAsyncLifetime
{
    private readonly TestStorage storage = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => storage.InitializeAsync();

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    [Fact]
    public async Task Jobs_that_the_database_refuses_harm_none_of_their_neighbours()
    {
        using var enqueuer = Enqueuer();
        var stored = Assert.Single(await storage.EnqueueAsync(storage.NewJob()));
        var good = Enumerable.Range(0, 20).Select(_ => storage.NewJob()).ToArray();
        NewJob[] bad =
        [
            storage.NewJob("{"),
            storage.NewJob() with { Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "\0" } },
            storage.NewJob() with { RoutedBy = "rule:\0" },
            storage.NewJob() with { Metadata = "nothing"u8.ToArray() },
            storage.NewJob() with { Id = stored },
            good[3] with { },
        ];

        // All are waiting before the flusher begins, so they are one batch.
        var answers = await AnswersAsync(enqueuer, [.. good[..10], .. bad, .. good[10..]]);

        Assert.Equal(good[..10].Concat(good[10..]).Select(job => job.Id), answers.Where(answer => answer.Refusal is null).Select(answer => answer.Value!.Id));
        Assert.All(answers.Skip(10).Take(bad.Length), answer => Assert.IsType<Refusal.Invalid>(answer.Refusal));
        await AssertStoredOnceAsync([stored, .. good.Select(job => job.Id)]);
    }

    [Fact]
    public async Task A_name_that_an_open_transaction_introduces_keeps_out_the_jobs_that_name_it_alone()
    {
        await using var transaction = await SqlTransaction.BeginAsync(storage);
        await transaction.EnqueueAsync("sql.held", options: """{"queue":"sql.held"}""");
        using var enqueuer = Enqueuer();
        NewJob[] jobs = [storage.NewJob(), storage.NewJob() with { Queue = QueueName.Parse("sql.held") }, storage.NewJob(type: "sql.held"), storage.NewJob(), storage.NewJob(type: "sql.free")];

        var answers = await enqueuer.EnqueueEachAsync(jobs, Cancellation);

        Assert.Equal([true, false, false, true, true], answers.Select(answer => answer.Refusal is null));
        Assert.Contains("nothing was stored", Assert.IsType<Refusal.InUse>(answers[1].Refusal).Detail, StringComparison.Ordinal);
        await transaction.CommitAsync();
        Assert.All(await enqueuer.EnqueueEachAsync([jobs[1], jobs[2]], Cancellation), answer => Assert.Null(answer.Refusal));
    }

    [Fact]
    public async Task Jobs_of_a_name_that_is_kept_hold_up_no_others_however_many_come()
    {
        var commits = 0;
        var store = new Hooked(storage.Jobs)
        {
            Before = calls =>
            {
                commits = calls + 1;
                return Task.CompletedTask;
            },
        };
        using var enqueuer = Enqueuer(store, new EnqueueOptions { Flushers = 1, MaxBatch = 2 });
        await enqueuer.StartAsync(Cancellation);
        Assert.Null((await enqueuer.EnqueueAsync(storage.NewJob())).Refusal);
        await using var transaction = await SqlTransaction.BeginAsync(storage);
        await transaction.EnqueueAsync(options: """{"queue":"sql.held"}""");

        Task<Result<EnqueuedJob>>[] kept = [.. Enumerable.Range(0, 20).Select(_ => enqueuer.EnqueueAsync(storage.NewJob() with { Queue = QueueName.Parse("sql.held") }))];
        var (known, other) = (enqueuer.EnqueueAsync(storage.NewJob()), enqueuer.EnqueueAsync(storage.NewJob() with { Queue = QueueName.Parse("sql.other") }));

        // The first ones that are answered are the others.
        Assert.Same(known, await Task.WhenAny([.. kept, known]));
        Assert.Same(other, await Task.WhenAny([.. kept, other]));
        Assert.All([await known, await other], answer => Assert.Null(answer.Refusal));

        // None of those that are kept out ever was in a commit that others may have been in.
        Assert.All(await Task.WhenAll(kept), answer => Assert.Contains("nothing was stored", Assert.IsType<Refusal.InUse>(answer.Refusal).Detail, StringComparison.Ordinal));
        Assert.Equal(3, commits);
        await transaction.CommitAsync();
        Assert.Null((await enqueuer.EnqueueAsync(storage.NewJob() with { Queue = QueueName.Parse("sql.held") })).Refusal);
        await enqueuer.StopAsync(Cancellation);
    }

    [Fact]
    public async Task All_or_none_stores_none_when_one_is_refused()
    {
        using var enqueuer = Enqueuer();

        var answer = await enqueuer.EnqueueAllAsync([storage.NewJob(), storage.NewJob("{")], Cancellation);

        Assert.IsType<Refusal.Invalid>(answer.Refusal);
        await AssertStoredOnceAsync([]);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_of_a_flush_costs_nobody_an_answer()
    {
        using var enqueuer = Enqueuer();
        var jobs = Enumerable.Range(0, 5).Select(_ => storage.NewJob()).ToArray();
        Task<IReadOnlyList<Result<EnqueuedJob>>> flush;

        await using (await OpenEnqueue.BeginAsync(storage, jobs[2]))
        {
            flush = AnswersAsync(enqueuer, jobs);
            await CutAsync(await BlockedAsync(flush));
        }

        Assert.All(await flush, answer => Assert.Null(answer.Refusal));
        await AssertStoredOnceAsync([.. jobs.Select(job => job.Id)]);
    }

    [Fact]
    public async Task A_connection_cut_again_is_reported_as_unknown_and_the_same_ids_can_be_tried_again()
    {
        var before = storage.NewJob();
        using (var earlier = Enqueuer())
            Assert.Null(Assert.Single(await AnswersAsync(earlier, [before])).Refusal);

        // A flusher of their own, which begins when all are waiting: one that runs already might take the first alone.
        using var enqueuer = Enqueuer();
        var jobs = Enumerable.Range(0, 5).Select(_ => storage.NewJob()).ToArray();

        await using (await OpenEnqueue.BeginAsync(storage, jobs[2]))
        {
            var flush = AnswersAsync(enqueuer, jobs);
            await CutAsync(await BlockedAsync(flush));
            await CutAsync(await BlockedAsync(flush));
            Assert.All(await flush, answer => Assert.IsType<Refusal.Unavailable>(answer.Refusal));
        }

        await AssertStoredOnceAsync([before.Id]);
        Assert.All(await AnswersAsync(enqueuer, jobs), answer => Assert.Null(answer.Refusal));
        await AssertStoredOnceAsync([before.Id, .. jobs.Select(job => job.Id)]);
    }

    [Fact]
    public async Task A_server_that_can_not_be_reached_has_stored_nothing_and_one_that_was_lost_may_have()
    {
        var names = new ServerNames();
        await using var nowhere = PostgresDatabase.CreateHot("Host=127.0.0.1;Port=1;Database=d;Username=u;Password=p", names);
        using var cutOff = Enqueuer(new PostgresJobStore(nowhere, names));
        using var lost = Enqueuer(new Hooked(storage.Jobs) { After = LoseAnswer });

        var nothing = Assert.IsType<Refusal.Unavailable>(Assert.Single(await AnswersAsync(cutOff, [storage.NewJob()])).Refusal);
        var unknown = Assert.IsType<Refusal.Unavailable>(Assert.Single(await AnswersAsync(lost, [storage.NewJob()])).Refusal);

        Assert.Contains("nothing was stored", nothing.Detail, StringComparison.Ordinal);
        Assert.Contains("unknown", unknown.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_of_an_earlier_version_has_stored_nothing_and_none_at_all_neither()
    {
        using var enqueuer = Enqueuer();
        await storage.Database.GoBackToAsync("0004_last_attempts");
        var earlier = Assert.IsType<Refusal.Unavailable>(Assert.Single(await AnswersAsync(enqueuer, [storage.NewJob()])).Refusal);
        var all = Assert.IsType<Refusal.Unavailable>((await enqueuer.EnqueueAllAsync([storage.NewJob()], Cancellation)).Refusal);
        await AssertStoredOnceAsync([]);
        await storage.Database.ExecuteAsync("DROP SCHEMA jobservice CASCADE");
        var none = Assert.IsType<Refusal.Unavailable>((await enqueuer.EnqueueAllAsync([storage.NewJob()], Cancellation)).Refusal);

        Assert.All([earlier, all, none], refusal =>
            Assert.Equal("The database is not migrated to this version of the service; nothing was stored.", refusal.Detail));
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_reported_as_unknown_and_a_second_try_makes_no_second_job()
    {
        var jobs = Enumerable.Range(0, 3).Select(_ => storage.NewJob()).ToArray();
        using (var cutOff = Enqueuer(new Hooked(storage.Jobs) { After = LoseAnswer }))
            Assert.All(await AnswersAsync(cutOff, jobs), answer => Assert.IsType<Refusal.Unavailable>(answer.Refusal));
        var fresh = storage.NewJob();
        using var enqueuer = Enqueuer();

        var again = await AnswersAsync(enqueuer, [.. jobs, fresh]);

        Assert.Equal([false, false, false, true], again.Select(answer => answer.Refusal is null));
        await AssertStoredOnceAsync([.. jobs.Select(job => job.Id), fresh.Id]);
    }

    [Fact]
    public async Task A_caller_that_gives_up_before_the_statement_has_ended_stores_nothing()
    {
        using var enqueuer = Enqueuer();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        NewJob[] jobs = [storage.NewJob(), storage.NewJob()];
        await using (await OpenEnqueue.BeginAsync(storage, jobs[1]))
        {
            var enqueuing = enqueuer.EnqueueAllAsync(jobs, patience.Token);
            await BlockedAsync(enqueuing);
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => enqueuing);
        }

        await AssertStoredOnceAsync([]);
    }

    [Fact]
    public async Task Whoever_waits_when_the_process_stops_gets_an_answer_and_it_is_true()
    {
        using var enqueuer = Enqueuer(options: new EnqueueOptions { MaxBatch = 1, Flushers = 1 });
        var jobs = Enumerable.Range(0, 30).Select(_ => storage.NewJob()).ToArray();
        var waiting = jobs.Select(enqueuer.EnqueueAsync).ToArray();

        await enqueuer.StartAsync(Cancellation);
        await waiting[0];
        await enqueuer.StopAsync(Cancellation);

        var answers = await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        await AssertStoredOnceAsync([.. answers.Where(answer => answer.Refusal is null).Select(answer => answer.Value!.Id)]);
        Assert.IsType<Refusal.Overloaded>((await enqueuer.EnqueueAsync(storage.NewJob())).Refusal);
    }

    [Fact]
    public async Task A_stop_ends_although_more_jobs_come_with_each_commit()
    {
        JobEnqueuer? enqueuer = null;
        var answers = new ConcurrentQueue<Task<Result<EnqueuedJob>>>();
        using var started = enqueuer = Enqueuer(new Hooked(storage.Jobs) { After = () => answers.Enqueue(enqueuer!.EnqueueAsync(storage.NewJob())) });
        var first = enqueuer.EnqueueAsync(storage.NewJob());
        await enqueuer.StartAsync(Cancellation);
        await first;

        await enqueuer.StopAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(10), Cancellation);

        var told = await Task.WhenAll([first, .. answers]);
        Assert.IsType<Refusal.Overloaded>(told[^1].Refusal);
        await AssertStoredOnceAsync([.. told[..^1].Select(answer => answer.Value!.Id)]);
    }

    [Fact]
    public async Task A_commit_that_hangs_holds_up_no_other_job()
    {
        var (begun, answered) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        using var enqueuer = Enqueuer(new Hooked(storage.Jobs) { Before = calls => calls == 0 ? HangAsync() : Task.CompletedTask }, new EnqueueOptions { Flushers = 2 });
        await enqueuer.StartAsync(Cancellation);
        var hanging = enqueuer.EnqueueAsync(storage.NewJob());
        await begun.Task;

        // Those that come in the same moment, and then one after the other as others of the same process would.
        await Task.WhenAll(enqueuer.EnqueueAsync(storage.NewJob()), enqueuer.EnqueueAsync(storage.NewJob())).WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        for (var i = 0; i < 3; i++)
            await enqueuer.EnqueueAsync(storage.NewJob()).WaitAsync(TimeSpan.FromSeconds(10), Cancellation);

        Assert.False(hanging.IsCompleted);
        answered.SetResult();
        Assert.Null((await hanging).Refusal);
        await enqueuer.StopAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(10), Cancellation);

        Task HangAsync()
        {
            begun.SetResult();
            return answered.Task;
        }
    }

    [Fact]
    public async Task A_commit_carries_nothing_of_the_call_that_began_it()
    {
        var caller = new AsyncLocal<string?>();
        var seen = new ConcurrentQueue<string?>();
        using var enqueuer = Enqueuer(new Hooked(storage.Jobs)
        {
            Before = _ =>
            {
                seen.Enqueue(caller.Value);
                return Task.CompletedTask;
            },
            After = () => seen.Enqueue(caller.Value),
        });
        await enqueuer.StartAsync(Cancellation);
        caller.Value = "somebody";

        await enqueuer.EnqueueAsync(storage.NewJob());

        Assert.Equal([null, null], seen);
    }

    [Fact]
    public async Task More_than_may_wait_are_refused_and_the_others_are_stored()
    {
        using var enqueuer = Enqueuer(options: new EnqueueOptions { MaxWaiting = 3 });

        var answers = await AnswersAsync(enqueuer, [.. Enumerable.Range(0, 5).Select(_ => storage.NewJob())]);

        Assert.Equal(2, answers.Count(answer => answer.Refusal is Refusal.Overloaded));
        await AssertStoredOnceAsync([.. answers.Where(answer => answer.Refusal is null).Select(answer => answer.Value!.Id)]);
    }

    private JobEnqueuer Enqueuer(IJobStore? store = null, EnqueueOptions? options = null) => new(
        store ?? storage.Jobs,
        storage.KeyedJobs,
        storage.Router,
        new SignalHub(new PostgresSignalLine(storage.Hot), TimeProvider.System, NullLogger<SignalHub>.Instance),
        Options.Create(options ?? new EnqueueOptions { Flushers = 1 }),
        TimeProvider.System,
        NullLogger<JobEnqueuer>.Instance);

    private static async Task<IReadOnlyList<Result<EnqueuedJob>>> AnswersAsync(JobEnqueuer enqueuer, IReadOnlyList<NewJob> jobs)
    {
        var waiting = jobs.Select(enqueuer.EnqueueAsync).ToArray();
        if (enqueuer.ExecuteTask is null)
            await enqueuer.StartAsync(Cancellation);
        return await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    private Task<bool> CutAsync(int pid) => storage.Database.QueryAsync<bool>("SELECT pg_terminate_backend($1, 10000)", pid);

    /// <summary>The process of the connection that waits for another transaction's row.</summary>
    private async Task<int> BlockedAsync(Task meanwhile)
    {
        var pid = 0;
        while (pid == 0 && !meanwhile.IsCompleted)
        {
            pid = await storage.Database.QueryAsync<int>(
                "SELECT coalesce(max(pid), 0) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND locktype = 'transactionid' AND datname = current_database()");
        }

        return pid;
    }

    private async Task AssertStoredOnceAsync(IReadOnlyCollection<JobId> ids)
    {
        Assert.Equal(
            (ids.Count, ids.Count),
            ((int)await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.jobs"), (int)await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs")));
        Assert.Equal(
            ids.Count,
            (int)await storage.Database.QueryAsync<long>(
                "SELECT count(*) FROM jobservice.jobs JOIN jobservice.ready_jobs USING (id) WHERE id = ANY ($1)", ids.Select(id => id.Value).ToArray()));
    }

    /// <summary>The connection breaks after the commit and before its answer.</summary>
    private static void LoseAnswer() => throw new NpgsqlException("Exception while reading from stream", new IOException());

    /// <summary>PostgreSQL, where something happens before or after each commit.</summary>
    private sealed class Hooked(IJobStore store) : IJobStore
    {
        private int calls;

        /// <summary>Before a statement is sent, of which it is told how many there were.</summary>
        public Func<int, Task> Before { get; init; } = _ => Task.CompletedTask;

        /// <summary>After the commit and before its answer.</summary>
        public Action After { get; init; } = () => { };

        public bool Knows(NewJob job) => store.Knows(job);

        public Task<bool> TryMeetAsync(IReadOnlyList<NewJob> jobs, bool mayWait, CancellationToken cancellationToken) => store.TryMeetAsync(jobs, mayWait, cancellationToken);

        public async Task<IReadOnlyList<EnqueuedJob>> EnqueueAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
        {
            await Before(calls++);
            var enqueued = await store.EnqueueAsync(jobs, cancellationToken);
            After();
            return enqueued;
        }

        public Task<Result<JobCancellation>> CancelAsync(JobId id, string? reason, string? actor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<JobState>> RestartAsync(JobId id, JobRestart restart, string? actor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<JobState>> EditAsync(JobId id, JobEdit edit, string? actor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<JobState>> DeleteAsync(JobId id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<JobState>> EraseAsync(JobId id, string? actor, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
