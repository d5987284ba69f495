using JobService.Core.Attempts;
using JobService.Core.BulkActions;
using JobService.Core.Claiming;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Queues;
using JobService.Core.Rates;
using JobService.Core.Sequences;

namespace JobService.Storage.Tests.BulkActions;

public sealed class BulkActionTests : IAsyncLifetime
{
    private static readonly JobType Echo = JobType.Parse("demo.echo");

    private readonly TestStorage storage = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => storage.InitializeAsync();

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    [Fact]
    public async Task Cancelling_ends_what_waits_asks_what_runs_and_leaves_the_rest_alone()
    {
        var other = Assert.Single(await storage.EnqueueAsync(storage.NewJob(type: "other.type")));
        var running = Assert.Single(await storage.EnqueueAsync(storage.NewJob()));
        await ClaimAsync(1);
        var waiting = await storage.EnqueueAsync(storage.NewJob(), storage.NewJob() with { Delay = TimeSpan.FromHours(1) });

        var done = await DoAsync(new NewBulkAction { Kind = BulkActionKind.Cancel, Filter = new JobFilter { TypeGlob = "demo.*" }, Reason = "enough" });

        AssertCounts(done, acted: 3, refused: 0);
        Assert.Equal(3, done.Total);
        foreach (var id in waiting)
            Assert.Equal((JobState.Cancelled, "enough"), await StateAndReasonAsync(id));
        Assert.Equal((JobState.Running, "enough"), await StateAndReasonAsync(running));
        Assert.Equal(JobState.Queued, await StateAsync(other));
        Assert.Equal(done.Actor, (await storage.Queries.EventsAsync(waiting[0], Cancellation)).Single(one => one.Kind is "cancelled").Actor);
    }

    [Fact]
    public async Task Retrying_takes_what_failed_or_was_cancelled_and_what_succeeded_only_when_it_is_named()
    {
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 4).Select(_ => storage.NewJob())]);
        await EndAsync([ids[0], ids[1]], claim => JobTransition.Succeed(claim.Id, claim.Token, result: null));
        await EndAsync([ids[2]], claim => JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, new AttemptError("a", "b"), "attempts"));
        await storage.Jobs.CancelAsync(ids[3], reason: null, actor: null, Cancellation);

        AssertCounts(await DoAsync(Action(BulkActionKind.Retry)), acted: 2, refused: 0);
        Assert.Equal([JobState.Succeeded, JobState.Succeeded, JobState.Queued, JobState.Queued], await StatesAsync(ids));

        AssertCounts(await DoAsync(Action(BulkActionKind.Retry) with { Filter = new JobFilter { States = [JobState.Succeeded] } }), acted: 2, refused: 0);
        Assert.All(await StatesAsync(ids), state => Assert.Equal(JobState.Queued, state));
        foreach (var id in ids)
            Assert.Single(await storage.Queries.EventsAsync(id, Cancellation), one => one.Kind is "restarted");
    }

    [Fact]
    public async Task Deleting_removes_everything_but_what_runs()
    {
        await storage.EnqueueAsync(storage.NewJob());
        var running = (await ClaimAsync(1)).Single().Id;
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 3).Select(_ => storage.NewJob()), storage.NewJob() with { Delay = TimeSpan.FromHours(1) }]);
        await EndAsync([ids[0]], claim => JobTransition.Succeed(claim.Id, claim.Token, result: null));
        await storage.Jobs.CancelAsync(ids[1], reason: null, actor: null, Cancellation);

        AssertCounts(await DoAsync(Action(BulkActionKind.Delete)), acted: 4, refused: 0);

        Assert.Equal(1, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.jobs"));
        Assert.Equal(JobState.Running, await StateAsync(running));
        Assert.Equal(0, await storage.Database.QueryAsync<long>("SELECT (SELECT count(*) FROM jobservice.ready_jobs) + (SELECT count(*) FROM jobservice.scheduled_jobs) + (SELECT count(*) FROM jobservice.finished_jobs)"));
    }

    [Fact]
    public async Task Replaying_makes_each_anew_with_all_it_had_and_does_not_find_what_it_made()
    {
        var original = storage.NewJob("""{"a": 1}""") with
        {
            Queue = QueueName.Parse("side"),
            Priority = new JobPriority(8),
            Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "red" },
            LimitKeys = [LimitKey.Parse("tenant:1")],
        };
        await storage.EnqueueAsync(original, storage.NewJob());
        foreach (var job in (await storage.Queries.ListAsync(new JobFilter(), before: null, 10, Cancellation)).Items)
            await storage.Jobs.CancelAsync(job.Id, reason: null, actor: null, Cancellation);

        var done = await DoAsync(Action(BulkActionKind.Replay) with { Filter = new JobFilter { States = [JobState.Cancelled, JobState.Queued] } });

        AssertCounts(done, acted: 2, refused: 0);
        var jobs = (await storage.Queries.ListAsync(new JobFilter { States = [JobState.Queued] }, before: null, 10, Cancellation)).Items;
        var replay = jobs.Single(job => job.ReplayOf == original.Id);
        Assert.Equal(2, jobs.Count);
        Assert.Equal(
            ("""{"a": 1}""", "side", 8, "red", "tenant:1", done.Actor),
            (replay.Payload, replay.Queue.Name, replay.Priority.Value, replay.Tags["team"], replay.LimitKeys.Single().Text, replay.CreatedBy));
    }

    [Fact]
    public async Task Moving_puts_what_waits_into_the_other_queue_and_its_limits_with_it()
    {
        var limited = storage.NewJob() with { LimitKeys = [LimitKey.Parse("tenant:1")] };
        var ids = await storage.EnqueueAsync(storage.NewJob(), limited, storage.NewJob() with { Delay = TimeSpan.FromHours(1) });
        var running = (await ClaimAsync(1)).Single().Id;

        AssertCounts(await DoAsync(Action(BulkActionKind.Move) with { Queue = QueueName.Parse("away") }), acted: 2, refused: 0);

        foreach (var id in ids)
            Assert.Equal(id == running ? "default" : "away", (await storage.Queries.FindAsync(id, Cancellation)).Value!.Queue.Name);
        Assert.Equal(0, await storage.Database.QueryAsync<long>(
            "SELECT count(*) FROM jobservice.ready_jobs r WHERE jobservice.queue_of(r.queue_id) <> (SELECT id FROM jobservice.queues WHERE name = 'away')"));

        // They run from there: the one that is due, once its lane has been looked at.
        var claimer = storage.Claimer();
        var request = new ClaimRequest { Worker = await storage.RegisterWorkerAsync(), MaxJobs = 5, Types = [Echo] };
        Claim[] claimed = [.. (await claimer.ExchangeAsync([], request, Cancellation)).Claims, .. (await claimer.ExchangeAsync([], request, Cancellation)).Claims];
        Assert.Equal("away", Assert.Single(claimed).Queue.Name);
    }

    [Fact]
    public async Task A_job_whose_key_another_holds_is_refused_and_harms_no_other()
    {
        var first = storage.NewUniqueJob("key");
        await storage.KeyedJobs.EnqueueEachAsync([first], Cancellation);
        await storage.Jobs.CancelAsync(first.Id, reason: null, actor: null, Cancellation);
        var second = storage.NewUniqueJob("key");
        await storage.KeyedJobs.EnqueueEachAsync([second], Cancellation);
        await storage.Jobs.CancelAsync(second.Id, reason: null, actor: null, Cancellation);
        var plain = Assert.Single(await storage.EnqueueAsync(storage.NewJob()));
        await storage.Jobs.CancelAsync(plain, reason: null, actor: null, Cancellation);

        // Of the two with the same key the first that is restarted has it.
        var retried = await DoAsync(Action(BulkActionKind.Retry));
        var replayed = await DoAsync(Action(BulkActionKind.Replay));

        AssertCounts(retried, acted: 2, refused: 1);
        Assert.Equal(second.Id, Assert.Single(retried.Refusals).Job);
        Assert.Contains($"{first.Id}", retried.Refusals[0].Why, StringComparison.Ordinal);
        Assert.Equal([JobState.Queued, JobState.Cancelled, JobState.Queued], await StatesAsync([first.Id, second.Id, plain]));
        AssertCounts(replayed, acted: 0, refused: 1);
        Assert.Equal(3, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.jobs"));
    }

    [Theory]
    [InlineData(UniqueConflict.Return)]
    [InlineData(UniqueConflict.Reject)]
    [InlineData(UniqueConflict.Replace)]
    [InlineData(UniqueConflict.Debounce)]
    [InlineData(UniqueConflict.Supersede)]
    public async Task A_replay_leaves_whoever_holds_its_key_as_it_is_whatever_an_enqueue_would_do(UniqueConflict mode)
    {
        var original = storage.NewUniqueJob("key", mode) with { Delay = TimeSpan.FromMinutes(1) };
        await storage.KeyedJobs.EnqueueEachAsync([original], Cancellation);
        await storage.Jobs.CancelAsync(original.Id, reason: null, actor: null, Cancellation);
        var holder = storage.NewUniqueJob("key", mode, payload: "2") with { Delay = TimeSpan.FromMinutes(1), Priority = new JobPriority(7) };
        await storage.KeyedJobs.EnqueueEachAsync([holder], Cancellation);
        var before = (await storage.Queries.FindAsync(holder.Id, Cancellation)).Value!;

        var done = await DoAsync(Action(BulkActionKind.Replay) with { Filter = new JobFilter { States = [JobState.Cancelled] } });

        AssertCounts(done, acted: 0, refused: 1);
        Assert.Equal(original.Id, Assert.Single(done.Refusals).Job);
        Assert.Contains($"{holder.Id}", done.Refusals[0].Why, StringComparison.Ordinal);
        var after = (await storage.Queries.FindAsync(holder.Id, Cancellation)).Value!;
        Assert.Equal((before.State, before.Revision, before.RunAt, before.Priority), (after.State, after.Revision, after.RunAt, after.Priority));
        Assert.Equal("2", after.Payload);
        Assert.Equal(2, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.jobs"));
    }

    [Fact]
    public async Task Jobs_of_a_sequence_keep_to_their_order()
    {
        NewJob[] jobs = [.. Enumerable.Range(0, 4).Select(_ => storage.NewSequenceJob())];
        await storage.KeyedJobs.EnqueueAllAsync(jobs, Cancellation);
        JobId[] ids = [.. jobs.Select(job => job.Id)];

        AssertCounts(await DoAsync(Action(BulkActionKind.Move) with { Queue = QueueName.Parse("away") }), acted: 4, refused: 0);
        Assert.Equal([JobState.Queued, JobState.Blocked, JobState.Blocked, JobState.Blocked], await StatesAsync(ids));

        AssertCounts(await DoAsync(Action(BulkActionKind.Cancel)), acted: 4, refused: 0);
        await storage.Database.ExecuteAsync("UPDATE jobservice.sequences SET head_id = NULL, held_at = NULL");
        AssertCounts(await DoAsync(Action(BulkActionKind.Retry)), acted: 4, refused: 0);
        Assert.Equal([JobState.Queued, JobState.Blocked, JobState.Blocked, JobState.Blocked], await StatesAsync(ids));
        AssertCounts(await DoAsync(Action(BulkActionKind.Replay) with { Filter = new JobFilter { States = [JobState.Blocked] } }), acted: 3, refused: 0);
        Assert.Equal(6, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.blocked_jobs"));
    }

    [Theory]
    [InlineData(BulkActionKind.Retry, 1_100)]
    [InlineData(BulkActionKind.Replay, 450)]
    public async Task A_sequence_of_more_jobs_than_a_step_takes_keeps_its_order(BulkActionKind kind, int count)
    {
        // Some have unique keys, and go through other statements.
        NewJob[] jobs = [.. Enumerable.Range(0, count).Select(i => i % 100 == 50 ? storage.NewUniqueJob($"key-{i}") with { Policies = OfSequence($"key-{i}") } : storage.NewSequenceJob())];
        await storage.KeyedJobs.EnqueueAllAsync(jobs, Cancellation);
        AssertCounts(await DoAsync(Action(BulkActionKind.Cancel)), acted: count, refused: 0);
        await storage.Database.ExecuteAsync("UPDATE jobservice.sequences SET head_id = NULL, held_at = NULL");

        AssertCounts(await DoAsync(Action(kind)), acted: count, refused: 0);

        var waiting = await storage.Database.QueryAsync<Guid[]>(
            "SELECT array_agg(coalesce(j.replay_of, j.id) ORDER BY b.position) FROM jobservice.blocked_jobs b JOIN jobservice.jobs j ON j.id = b.id");
        Assert.Equal(jobs.Skip(1).Select(job => job.Id.Value), waiting);

        static JobPolicies OfSequence(string key) => new()
        {
            Sequence = new SequencePolicy(SequenceKey.Parse("order-1"), SequenceFailure.Block),
            Unique = new UniquePolicy { Key = key },
        };
    }

    [Fact]
    public async Task A_retry_that_a_version_of_before_has_begun_downwards_goes_on_so()
    {
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 30).Select(_ => storage.NewJob())]);
        AssertCounts(await DoAsync(Action(BulkActionKind.Cancel)), acted: 30, refused: 0);
        var before = await storage.BulkActions.CreateAsync(Action(BulkActionKind.Retry), Cancellation);
        await storage.Database.ExecuteAsync($"UPDATE jobservice.bulk_actions SET action = 2, step_jobs = 10, before_id = '{ids[25]}' WHERE id = '{before.Id}'");

        await storage.BulkSteps().RunNextAsync(Cancellation);
        Assert.Equal(ids.Skip(15).Take(10), await QueuedAsync());
        AssertCounts(await RunAsync(before.Id), acted: 25, refused: 0);
        Assert.Equal(ids.Take(25), await QueuedAsync());
        Assert.Equal(BulkActionKind.Retry, (await storage.BulkActions.FindAsync(before.Id, Cancellation))!.Asked.Kind);
    }

    [Fact]
    public async Task What_it_made_is_not_replayed_though_the_clock_of_the_database_went_back()
    {
        await storage.EnqueueAsync([.. Enumerable.Range(0, 250).Select(_ => storage.NewJob())]);
        var action = await storage.BulkActions.CreateAsync(Action(BulkActionKind.Replay) with { Filter = new JobFilter { States = [JobState.Queued] } }, Cancellation);
        await storage.BulkSteps().RunNextAsync(Cancellation);
        await storage.Database.ExecuteAsync("UPDATE jobservice.jobs SET created_at = created_at - interval '1 hour' WHERE replay_of IS NOT NULL");

        AssertCounts(await RunAsync(action.Id), acted: 250, refused: 0);
        Assert.Equal(500, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.jobs"));
    }

    [Fact]
    public async Task A_queue_that_may_hold_no_more_takes_no_more_replays()
    {
        var small = QueueName.Parse("small");
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 5).Select(_ => storage.NewJob() with { Queue = small })]);
        foreach (var id in ids)
            await storage.Jobs.CancelAsync(id, reason: null, actor: null, Cancellation);
        await storage.Queues.SaveAsync(small, new QueueSettings { MaxDepth = 3 }, Cancellation);

        var done = await DoAsync(Action(BulkActionKind.Replay));

        AssertCounts(done, acted: 3, refused: 2);
        Assert.All(done.Refusals, refused => Assert.Contains("small", refused.Why, StringComparison.Ordinal));
        Assert.Equal(3, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs"));
    }

    [Fact]
    public async Task What_moved_on_between_the_search_and_its_turn_is_refused_with_the_reason()
    {
        var ids = await storage.EnqueueAsync(storage.NewJob(), storage.NewJob());
        var action = await storage.BulkActions.CreateAsync(Action(BulkActionKind.Cancel), Cancellation);
        await using var work = await OpenAsync(action);
        await EndAsync([ids[0]], claim => JobTransition.Succeed(claim.Id, claim.Token, result: null));
        await storage.Jobs.DeleteAsync(ids[1], Cancellation);

        await work.Work.ActAsync(ids);

        Assert.Equal(0, work.Work.Acted);
        Assert.Equal(["The job is succeeded.", "The job is no longer there."], work.Work.Refused.Select(refused => refused.Why));
    }

    [Theory]
    [InlineData(BulkActionKind.Retry)]
    [InlineData(BulkActionKind.Replay)]
    public async Task Nobody_is_waited_for_until_PostgreSQL_looks_for_a_deadlock(BulkActionKind kind)
    {
        var unique = storage.NewUniqueJob("key");
        await storage.KeyedJobs.EnqueueEachAsync([unique], Cancellation);
        await storage.Jobs.CancelAsync(unique.Id, reason: null, actor: null, Cancellation);
        await using var work = await OpenAsync(await storage.BulkActions.CreateAsync(Action(kind), Cancellation));

        await work.Work.ActAsync([unique.Id]);

        Assert.Equal(1, work.Work.Acted);
        await using var show = new Npgsql.NpgsqlCommand("SELECT current_setting('lock_timeout')::interval < current_setting('deadlock_timeout')::interval", work.Connection);
        Assert.Equal(true, await show.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Jobs_that_come_later_are_left_alone()
    {
        await storage.EnqueueAsync(storage.NewJob());
        var action = await storage.BulkActions.CreateAsync(Action(BulkActionKind.Cancel), Cancellation);
        var late = Assert.Single(await storage.EnqueueAsync(storage.NewJob()));

        AssertCounts(await RunAsync(action.Id), acted: 1, refused: 0);
        Assert.Equal(JobState.Queued, await StateAsync(late));
    }

    [Fact]
    public async Task A_pace_lets_no_more_jobs_through_than_are_due()
    {
        await storage.EnqueueAsync([.. Enumerable.Range(0, 25).Select(_ => storage.NewJob())]);
        var pace = new RateLimit(10, TimeSpan.FromHours(1), Burst: 10);
        var action = await storage.BulkActions.CreateAsync(Action(BulkActionKind.Cancel) with { Pace = pace }, Cancellation);
        var steps = storage.BulkSteps();

        foreach (var acted in (int[])[10, 20, 25])
        {
            Assert.NotNull(await steps.RunNextAsync(Cancellation));
            Assert.Null(await steps.RunNextAsync(Cancellation));
            Assert.Equal(acted, (await storage.BulkActions.FindAsync(action.Id, Cancellation))!.Acted);
            if (acted < 25)
                Assert.InRange((await steps.UntilNextAsync(Cancellation))!.Value, TimeSpan.FromMinutes(55), TimeSpan.FromHours(1));
            await storage.Database.AdvanceAsync(TimeSpan.FromHours(1));
        }

        Assert.Equal(BulkActionState.Succeeded, (await storage.BulkActions.FindAsync(action.Id, Cancellation))!.State);
        Assert.Null(await steps.UntilNextAsync(Cancellation));
    }

    [Fact]
    public async Task An_aborted_action_does_nothing_more_and_what_is_over_cannot_be_aborted()
    {
        await storage.EnqueueAsync([.. Enumerable.Range(0, 1_500).Select(_ => storage.NewJob())]);
        var action = await storage.BulkActions.CreateAsync(Action(BulkActionKind.Cancel), Cancellation);
        await storage.BulkSteps().RunNextAsync(Cancellation);

        var aborted = (await storage.BulkActions.AbortAsync(action.Id, "bob", Cancellation)).Value!;
        var again = (await storage.BulkActions.AbortAsync(action.Id, "carol", Cancellation)).Value!;

        Assert.Null(await storage.BulkSteps().RunNextAsync(Cancellation));
        Assert.Equal((BulkActionState.Aborted, 1_000, "bob"), (aborted.State, (int)aborted.Acted, aborted.AbortedBy));
        Assert.Equal((aborted.FinishedAt, "bob"), (again.FinishedAt, again.AbortedBy));
        Assert.Equal(500, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs"));
        var over = await DoAsync(Action(BulkActionKind.Cancel));
        var refusal = Assert.IsType<Refusal.WrongState>((await storage.BulkActions.AbortAsync(over.Id, actor: null, Cancellation)).Refusal);
        Assert.Equal(("succeeded", 2), (refusal.From, refusal.Allowed.Count));
        Assert.IsType<Refusal.NotFound>((await storage.BulkActions.AbortAsync(new BulkActionId(Guid.CreateVersion7()), actor: null, Cancellation)).Refusal);
    }

    [Fact]
    public async Task A_request_that_comes_again_makes_no_second_action()
    {
        var request = RequestKey.Of("alice", "key", "POST", "/", "{}"u8);
        KeptAnswer Describe(BulkAction made) => new(202, Job: null, System.Text.Encoding.UTF8.GetBytes(made.Id.ToString()));

        var first = await storage.BulkActions.CreateOnceAsync(Action(BulkActionKind.Cancel), request, Describe, Cancellation);
        var again = await storage.BulkActions.CreateOnceAsync(Action(BulkActionKind.Cancel), request, Describe, Cancellation);
        var other = await storage.BulkActions.CreateOnceAsync(Action(BulkActionKind.Cancel), RequestKey.Of("alice", "key", "POST", "/", "[]"u8), Describe, Cancellation);

        Assert.Equal(first.Value!.Body.ToArray(), again.Value!.Body.ToArray());
        Assert.Equal((false, true), (first.Value.IsReplayed, again.Value.IsReplayed));
        Assert.IsType<Refusal.KeyReused>(other.Refusal);
        Assert.Single(await storage.BulkActions.ListAsync(before: null, 10, Cancellation));
    }

    [Fact]
    public async Task What_was_asked_is_kept_as_it_was_and_listed_newest_first_until_it_is_pruned()
    {
        var asked = new NewBulkAction
        {
            Kind = BulkActionKind.Move,
            Filter = new JobFilter
            {
                States = [JobState.Queued, JobState.Retrying],
                TypeGlob = "a.*",
                Queue = QueueName.Parse("q"),
                Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "b" },
                Worker = "w",
                Schedule = "s",
                CreatedFrom = DateTimeOffset.UnixEpoch,
                CreatedTo = DateTimeOffset.UnixEpoch.AddDays(1),
            },
            Queue = QueueName.Parse("away"),
            Pace = new RateLimit(3, TimeSpan.FromSeconds(1), 2),
            CreatedBy = "alice",
        };
        var first = await storage.BulkActions.CreateAsync(asked, Cancellation);
        var second = await storage.BulkActions.CreateAsync(Action(BulkActionKind.Cancel), Cancellation);

        var kept = (await storage.BulkActions.FindAsync(first.Id, Cancellation))!;
        Assert.Equivalent(asked, kept.Asked, strict: true);
        Assert.Equal([second.Id, first.Id], (await storage.BulkActions.ListAsync(before: null, 10, Cancellation)).Select(action => action.Id));
        Assert.Equal([first.Id], (await storage.BulkActions.ListAsync(second.Id, 10, Cancellation)).Select(action => action.Id));

        await RunAsync(second.Id);
        await storage.BulkActions.AbortAsync(first.Id, actor: null, Cancellation);
        var open = await storage.BulkActions.CreateAsync(Action(BulkActionKind.Cancel), Cancellation);
        await storage.Database.AdvanceAsync(TimeSpan.FromHours(2));
        await storage.Retention.PruneAsync(TimeSpan.FromHours(1), Cancellation);
        Assert.Equal([open.Id], (await storage.BulkActions.ListAsync(before: null, 10, Cancellation)).Select(action => action.Id));
    }

    [Fact]
    public async Task A_count_tells_how_many_there_are_and_shows_the_newest()
    {
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 700).Select(_ => storage.NewJob()), storage.NewJob(type: "other.type")]);

        var count = await storage.Queries.CountAsync(BulkActionRules.Jobs(BulkActionKind.Cancel, new JobFilter { TypeGlob = "demo.*" }), sample: 10, Cancellation);

        Assert.Equal((700, false), (count.Matched, count.IsPartial));
        Assert.Equal(ids.Take(700).TakeLast(10).Reverse(), count.Sample.Select(job => job.Id));
    }

    private static NewBulkAction Action(BulkActionKind kind) => new() { Kind = kind, Filter = new JobFilter() };

    private static void AssertCounts(BulkAction action, int acted, int refused) =>
        Assert.Equal((BulkActionState.Succeeded, acted, refused, acted + refused), (action.State, (int)action.Acted, (int)action.Refused, (int)action.Matched));

    private async Task<BulkAction> DoAsync(NewBulkAction action) => await RunAsync((await storage.BulkActions.CreateAsync(action, Cancellation)).Id);

    private async Task<BulkAction> RunAsync(BulkActionId id)
    {
        while (await storage.BulkSteps().RunNextAsync(Cancellation) is not null)
        {
        }

        return (await storage.BulkActions.FindAsync(id, Cancellation))!;
    }

    private async Task<IEnumerable<JobId>> QueuedAsync() =>
        (await storage.Database.QueryAsync<Guid[]>("SELECT array_agg(id ORDER BY id) FROM jobservice.ready_jobs")).Select(id => new JobId(id));

    private async Task<OpenWork> OpenAsync(BulkAction action)
    {
        var connection = await storage.Hot.OpenConnectionAsync(Cancellation);
        var aside = await storage.Hot.OpenConnectionAsync(Cancellation);
        var transaction = await connection.BeginTransactionAsync(Cancellation);
        return new OpenWork(connection, aside, transaction, new Core.Storage.Stores.BulkStepWork(connection, aside, storage.Names.Current, new JobIdSequence(TimeProvider.System), action, Cancellation));
    }

    private async Task<IReadOnlyList<Claim>> ClaimAsync(int max) => (await storage.Claimer().ExchangeAsync(
        [], new ClaimRequest { Worker = await storage.RegisterWorkerAsync(), MaxJobs = max, Types = [Echo] }, Cancellation)).Claims;

    private async Task EndAsync(IEnumerable<JobId> ids, Func<Claim, JobTransition> end)
    {
        var claims = await ClaimAsync(100);
        await storage.Claimer().ExchangeAsync(
            [.. claims.Select(claim => ids.Contains(claim.Id) ? end(claim) : JobTransition.Release(claim.Id, claim.Token))], request: null, Cancellation);
    }

    private async Task<JobState> StateAsync(JobId id) => (await storage.Queries.FindAsync(id, Cancellation)).Value!.State;

    private async Task<(JobState State, string? Reason)> StateAndReasonAsync(JobId id)
    {
        var job = (await storage.Queries.FindAsync(id, Cancellation)).Value!;
        return (job.State, job.Reason);
    }

    private async Task<IReadOnlyList<JobState>> StatesAsync(IEnumerable<JobId> ids)
    {
        var states = new List<JobState>();
        foreach (var id in ids)
            states.Add(await StateAsync(id));
        return states;
    }

    private sealed record OpenWork(
        Npgsql.NpgsqlConnection Connection, Npgsql.NpgsqlConnection Aside, Npgsql.NpgsqlTransaction Transaction, Core.Storage.Stores.BulkStepWork Work) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
            await Aside.DisposeAsync();
        }
    }
}
