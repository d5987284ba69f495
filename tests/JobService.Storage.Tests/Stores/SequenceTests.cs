using System.Diagnostics;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Queues;
using JobService.Core.Sequences;
using JobService.Core.Storage.Stores;

namespace JobService.Storage.Tests.Stores;

/// <summary>Strict order within a key, by every way a job can end.</summary>
public sealed class SequenceTests
{
    /// <summary>How the turn of a head ends, and whether the next one may go then.</summary>
    public static TheoryData<string, SequenceFailure, bool> Endings => new()
    {
        { "succeeds", SequenceFailure.Block, true },
        { "succeeds with a result", SequenceFailure.Block, true },
        { "fails", SequenceFailure.Skip, true },
        { "fails", SequenceFailure.Block, false },
        { "is claimed too late", SequenceFailure.Skip, true },
        { "is claimed too late", SequenceFailure.Block, false },
        { "expires", SequenceFailure.Skip, true },
        { "expires", SequenceFailure.Block, false },
        { "is lost", SequenceFailure.Skip, true },
        { "is lost", SequenceFailure.Block, false },
        { "is cancelled while it runs", SequenceFailure.Block, true },
        { "is abandoned", SequenceFailure.Block, true },
        { "is cancelled and given back", SequenceFailure.Block, true },
        { "is cancelled and lost", SequenceFailure.Block, true },
        { "is cancelled while it waits", SequenceFailure.Block, true },
        { "is cancelled while it is scheduled", SequenceFailure.Block, true },
        { "is deleted", SequenceFailure.Block, true },
        { "is purged", SequenceFailure.Block, true },
        { "is purged while it is scheduled", SequenceFailure.Block, true },
        { "fails and is deleted", SequenceFailure.Block, true },
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_jobs_of_a_key_run_one_by_one_in_the_order_of_their_enqueue_and_leave_nothing()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var first = await bench.EnqueueAsync(3);
        var second = await bench.EnqueueAsync(2);

        Assert.Equal(JobState.Queued, await bench.StateAsync(first[0]));
        Assert.Equal(JobState.Blocked, await bench.StateAsync(second[1]));
        foreach (var id in (JobId[])[.. first, .. second])
        {
            var claim = await bench.ClaimAsync();
            Assert.Equal(id, claim.Id);
            Assert.Equal(SequenceBench.Key, claim.Policies.Sequence!.Key);
            Assert.Empty(await bench.ClaimAllAsync());
            Assert.Equal(default, await bench.AdvanceAsync());

            Assert.True((await bench.ExchangeAsync([JobTransition.Succeed(claim.Id, claim.Token, result: null)])).HasEndedHeads);
            Assert.Equal(new AdvancedSequences(1, id == second[1] ? 0 : 1, 0, 0), await bench.AdvanceAsync());
        }

        await bench.AssertNothingLeftAsync();
        Assert.Equal(["unblocked"], await bench.EventsAsync(first[1]));
    }

    [Fact]
    public async Task Jobs_of_other_keys_and_of_none_wait_for_nobody()
    {
        await using var bench = await SequenceBench.CreateAsync();
        await bench.EnqueueAsync(2);
        var others = await bench.Storage.EnqueueAsync(bench.Storage.NewSequenceJob("order-2"), bench.Storage.NewJob(), bench.Storage.NewSequenceJob("order-2"));

        Assert.Equal(3, (await bench.ClaimAllAsync()).Count);
        Assert.Equal(JobState.Blocked, await bench.StateAsync(others[2]));
    }

    [Fact]
    public async Task A_plain_job_touches_nothing_of_sequences()
    {
        await using var bench = await SequenceBench.CreateAsync();
        await bench.Storage.EnqueueAsync(bench.Storage.NewJob());
        var claim = await bench.ClaimAsync();

        Assert.False((await bench.ExchangeAsync([JobTransition.Succeed(claim.Id, claim.Token, result: null)])).HasEndedHeads);
        Assert.Equal(0, await bench.Storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.sequence_ends"));
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task The_next_one_goes_once_the_head_is_over_or_is_held_up(string how, SequenceFailure onFailure, bool goes)
    {
        await using var bench = await SequenceBench.CreateAsync();
        var head = await EndHeadAsync(bench, how, onFailure);
        var next = Assert.Single(await bench.EnqueueAsync(1));
        Assert.Equal(JobState.Blocked, await bench.StateAsync(next));

        var advanced = await bench.AdvanceAsync();

        Assert.Equal(goes ? (1, 0) : (0, 1), (advanced.Ready, advanced.Held));
        Assert.Equal(goes ? JobState.Queued : JobState.Blocked, await bench.StateAsync(next));
        var sequence = (await bench.SequenceAsync())!;
        Assert.Equal(goes ? next : head, sequence.Head);
        Assert.Equal(goes, sequence.HeldAt is null);
        Assert.Equal(default, await bench.AdvanceAsync());
        if (!goes)
            Assert.Equal("held", (await bench.EventsAsync(head))[^1]);
    }

    [Theory]
    [InlineData("retry", JobState.Retrying)]
    [InlineData("snooze", JobState.Scheduled)]
    [InlineData("release", JobState.Queued)]
    [InlineData("reclaim", JobState.Queued)]
    public async Task A_head_that_runs_again_keeps_the_others_waiting(string how, JobState state)
    {
        await using var bench = await SequenceBench.CreateAsync();
        var ids = await bench.EnqueueAsync(2);
        var claim = await bench.ClaimAsync();
        if (how is "reclaim")
            await LoseWorkerAsync(bench);
        else
            await bench.EndAsync(AgainOf(claim, how));

        Assert.Equal(default, await bench.AdvanceAsync());
        Assert.Equal((state, JobState.Blocked), (await bench.StateAsync(ids[0]), await bench.StateAsync(ids[1])));

        // What it carries of its sequence has come with it.
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromHours(2));
        await bench.Storage.DueJobs().PromoteAsync(10, Stop);
        await bench.SucceedAsync(await bench.ClaimAsync());
        await bench.AdvanceAsync();
        Assert.Equal(ids[1], (await bench.ClaimAsync()).Id);
    }

    [Fact]
    public async Task A_head_that_waits_for_its_time_keeps_the_others_waiting()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var head = Assert.Single(await bench.EnqueueAsync(1, with: job => job with { Delay = TimeSpan.FromHours(1) }));
        var next = Assert.Single(await bench.EnqueueAsync(1));

        Assert.Equal((JobState.Scheduled, JobState.Blocked), (await bench.StateAsync(head), await bench.StateAsync(next)));
        Assert.Empty(await bench.ClaimAllAsync());
    }

    [Fact]
    public async Task One_whose_time_has_not_come_is_scheduled_when_its_turn_comes()
    {
        await using var bench = await SequenceBench.CreateAsync();
        await bench.EnqueueAsync(1);
        var later = Assert.Single(await bench.EnqueueAsync(1, with: job => job with { Delay = TimeSpan.FromHours(1) }));
        await bench.SucceedAsync(await bench.ClaimAsync());

        Assert.Equal(new AdvancedSequences(1, 0, 1, 0), await bench.AdvanceAsync());
        Assert.Equal(JobState.Scheduled, await bench.StateAsync(later));
    }

    [Fact]
    public async Task A_job_with_limit_keys_goes_to_its_lane()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var ids = await bench.EnqueueAsync(2, with: job => job with { LimitKeys = [LimitKey.Parse("tenant:1")] });
        await bench.SucceedAsync(await bench.ClaimAsync());
        await bench.AdvanceAsync();

        Assert.Equal(ids[1], (await bench.ClaimAsync()).Id);
        Assert.True(await bench.Storage.Database.QueryAsync<int>("SELECT queue_id FROM jobservice.running_jobs") < 0);
    }

    /// <summary>Whether the call is committed or not decides who comes next: the sequence is left alone until then.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_next_one_is_not_passed_over_while_someone_cancels_it_just_now(bool isCommitted)
    {
        await using var bench = await SequenceBench.CreateAsync();
        var ids = await bench.EnqueueAsync(3);
        await bench.SucceedAsync(await bench.ClaimAsync());
        await using var connection = await bench.Storage.Hot.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        Assert.Equal(JobCancellation.Done, (await JobChanges.CancelAsync(connection, ids[1], reason: null, actor: null, isCall: false, Stop)).Value);

        Assert.Equal(0, (await bench.AdvanceAsync()).Ready);
        await (isCommitted ? transaction.CommitAsync(Stop) : transaction.RollbackAsync(Stop));
        Assert.Equal(1, (await bench.AdvanceAsync()).Ready);
        Assert.Equal(isCommitted ? ids[2] : ids[1], (await bench.ClaimAsync()).Id);
    }

    [Fact]
    public async Task A_head_that_held_the_others_up_keeps_its_turn_when_it_is_retried()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var ids = await bench.EnqueueAsync(2);
        Assert.Equal(ids[0], await bench.FailHeadAsync());
        Assert.NotNull((await bench.SequenceAsync())!.HeldAt);

        Assert.Equal(JobState.Queued, (await bench.Storage.Jobs.RestartAsync(ids[0], new JobRestart(), actor: null, Stop)).Value);
        Assert.Null((await bench.SequenceAsync())!.HeldAt);
        await bench.SucceedAsync(await bench.ClaimAsync());
        Assert.Equal(1, (await bench.AdvanceAsync()).Ready);
        Assert.Equal(ids[1], (await bench.ClaimAsync()).Id);
    }

    [Fact]
    public async Task A_head_that_is_retried_before_anyone_saw_it_fail_keeps_its_turn()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var ids = await bench.EnqueueAsync(2, SequenceFailure.Skip);
        await bench.FailAsync(await bench.ClaimAsync());

        Assert.Equal(JobState.Scheduled, (await bench.Storage.Jobs.RestartAsync(ids[0], new JobRestart(RunAt: TimeProvider.System.GetUtcNow().AddHours(1)), actor: null, Stop)).Value);

        // Its first end is settled, and lets nobody go.
        Assert.Equal(new AdvancedSequences(1, 0, 0, 0), await bench.AdvanceAsync());
        Assert.Equal(default, await bench.AdvanceAsync());
        Assert.Equal(JobState.Blocked, await bench.StateAsync(ids[1]));
    }

    [Fact]
    public async Task One_whose_turn_is_over_joins_at_the_end_when_it_is_retried()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var ids = await bench.EnqueueAsync(2);
        await bench.SucceedAsync(await bench.ClaimAsync());
        await bench.AdvanceAsync();
        var restart = new JobRestart("2"u8.ToArray());

        Assert.Equal(JobState.Blocked, (await bench.Storage.Jobs.RestartAsync(ids[0], restart, "alice", Stop)).Value);
        Assert.Equal(JobState.Blocked, (await bench.Storage.Jobs.RestartAsync(ids[0], restart, "alice", Stop)).Value);
        var third = Assert.Single(await bench.EnqueueAsync(1));
        foreach (var id in (JobId[])[ids[1], ids[0], third])
        {
            var claim = await bench.ClaimAsync();
            Assert.Equal(id, claim.Id);
            await bench.SucceedAsync(claim);
            await bench.AdvanceAsync();
        }

        await bench.AssertNothingLeftAsync();
        Assert.Equal(JobState.Queued, (await bench.Storage.Jobs.RestartAsync(ids[0], new JobRestart(), actor: null, Stop)).Value);
        Assert.Equal(ids[0], (await bench.SequenceAsync())!.Head);
    }

    [Fact]
    public async Task A_sequence_that_is_held_up_goes_on_when_someone_resumes_it()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var ids = await bench.EnqueueAsync(3);
        await bench.FailHeadAsync();
        var sequences = bench.Storage.Sequences;

        Assert.False(await sequences.ResumeAsync(SequenceBench.Key, ids[1], reason: null, actor: null, Stop));
        Assert.True(await sequences.ResumeAsync(SequenceBench.Key, ids[0], "not worth it", "alice", Stop));
        Assert.False(await sequences.ResumeAsync(SequenceBench.Key, head: null, reason: null, actor: null, Stop));

        var passed = (await bench.Storage.Queries.EventsAsync(ids[0], Stop))[^1];
        Assert.Equal(("passed", "alice", "not worth it"), (passed.Kind, passed.Actor, passed.Detail));
        Assert.Equal("alice", (await bench.Storage.Queries.EventsAsync(ids[1], Stop))[^1].Actor);
        Assert.Equal(JobState.Failed, await bench.StateAsync(ids[0]));
        var sequence = (await bench.SequenceAsync())!;
        Assert.Equal((ids[1], JobState.Queued, null, 2), (sequence.Head, sequence.HeadState, sequence.HeldAt, sequence.Length));
        Assert.Equal([ids[2]], sequence.Next);
    }

    [Fact]
    public async Task A_sequence_stays_held_up_when_retention_has_removed_its_head_and_can_be_resumed_then()
    {
        await using var bench = await SequenceBench.CreateAsync();
        await bench.Storage.MakeDaysAsync(-3);
        var old = bench.Storage.NewSequenceJob();
        var head = Assert.Single(await bench.Storage.EnqueueAsync(old with { Id = bench.Storage.NewJobOf(TimeSpan.FromDays(3)).Id }));
        var next = Assert.Single(await bench.EnqueueAsync(1));
        await bench.FailHeadAsync();
        await bench.Storage.Database.ExecuteAsync("UPDATE jobservice.finished_jobs SET finished_at = now() - interval '3 days'");

        Assert.Equal(1, (await bench.Storage.Retention.PruneAsync(TimeSpan.FromDays(1), Stop)).Days);
        Assert.True((await bench.Storage.Queries.FindAsync(head, Stop)).IsRefused(out _, out _));
        Assert.Equal(0, await bench.Storage.EndedHeads().RecoverAsync(Stop));
        Assert.Equal(default, await bench.AdvanceAsync());
        var held = (await bench.SequenceAsync())!;
        Assert.Equal((head, null, 2), (held.Head, held.HeadState, held.Length));
        Assert.NotNull(held.HeldAt);
        Assert.Equal(new SequencePlace(SequenceBench.Key, head, held.HeldAt, 1, IsHeadRemoved: true), await bench.Storage.SequenceQueries.PlaceAsync(next, Stop));

        Assert.True(await bench.Storage.Sequences.ResumeAsync(SequenceBench.Key, head: null, reason: null, "alice", Stop));
        Assert.Equal(next, (await bench.ClaimAsync()).Id);
        Assert.Equal("alice", Assert.Single(await bench.Storage.Queries.EventsAsync(next, Stop)).Actor);
    }

    [Fact]
    public async Task The_failure_of_a_head_that_is_gone_before_anyone_saw_to_it_holds_the_others_up()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var ids = await bench.EnqueueAsync(2);
        await bench.FailAsync(await bench.ClaimAsync());
        await bench.Storage.Database.ExecuteAsync("DELETE FROM jobservice.finished_jobs WHERE id = $1", ids[0].Value);
        await bench.Storage.Database.ExecuteAsync("DELETE FROM jobservice.jobs WHERE id = $1", ids[0].Value);

        Assert.Equal(1, (await bench.AdvanceAsync()).Held);
        Assert.Equal(JobState.Blocked, await bench.StateAsync(ids[1]));
    }

    [Fact]
    public async Task An_end_that_nobody_noted_is_found()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var ids = await bench.EnqueueAsync(2);
        Assert.Equal(0, await bench.Storage.EndedHeads().RecoverAsync(Stop));
        await bench.SucceedAsync(await bench.ClaimAsync());
        await bench.Storage.Database.ExecuteAsync("DELETE FROM jobservice.sequence_ends");

        Assert.Equal(default, await bench.AdvanceAsync());
        Assert.Equal(1, await bench.Storage.EndedHeads().RecoverAsync(Stop));
        await bench.AdvanceAsync();
        Assert.Equal(ids[1], (await bench.ClaimAsync()).Id);
    }

    [Fact]
    public async Task A_key_that_was_only_locked_is_forgotten()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var unique = bench.Storage.NewUniqueJob("one");
        await bench.Storage.EnqueueAsync(unique);
        var twin = bench.Storage.NewUniqueJob("one");
        Assert.True((await bench.Storage.EnqueueAsync(twin with { Policies = twin.Policies with { Sequence = new SequencePolicy(SequenceBench.Key) } }))[0] == unique.Id);

        Assert.Null(await bench.SequenceAsync());
        Assert.Empty(await bench.Storage.SequenceQueries.ListAsync(new SequenceFilter(), after: null, 10, Stop));
        Assert.Equal(0, await bench.Storage.EndedHeads().RecoverAsync(Stop));
        await bench.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Sequences_are_listed_by_key_prefix_and_whether_they_are_held_up()
    {
        await using var bench = await SequenceBench.CreateAsync();
        await bench.EnqueueAsync(2);
        await bench.FailHeadAsync();
        foreach (var key in (string[])["order-2", "order-10", "Order-1", "cart:1"])
            await bench.Storage.EnqueueAsync(bench.Storage.NewSequenceJob(key));

        Assert.Equal(["Order-1", "cart:1", "order-1", "order-10", "order-2"], await KeysAsync(new SequenceFilter()));
        Assert.Equal(["order-1", "order-10", "order-2"], await KeysAsync(new SequenceFilter("order-")));
        Assert.Equal(["order-10", "order-2"], await KeysAsync(new SequenceFilter("order-"), after: "order-1"));
        Assert.Equal(["order-1"], await KeysAsync(new SequenceFilter(IsHeld: true)));
        Assert.Equal(["Order-1", "cart:1", "order-10", "order-2"], await KeysAsync(new SequenceFilter(IsHeld: false)));
        Assert.Equal(["order-10"], await KeysAsync(new SequenceFilter("order-"), after: "order-1", limit: 1));

        async Task<IEnumerable<string>> KeysAsync(SequenceFilter filter, string? after = null, int limit = 10) =>
            (await bench.Storage.SequenceQueries.ListAsync(filter, after is null ? null : SequenceKey.Parse(after), limit, Stop)).Select(sequence => sequence.Key.Text);
    }

    [Fact]
    public async Task A_job_tells_its_place()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var ids = await bench.EnqueueAsync(3);

        Assert.Equal([0, 1, 2], (await Task.WhenAll(ids.Select(id => bench.Storage.SequenceQueries.PlaceAsync(id, Stop)))).Select(place => place!.Ahead));
        Assert.Equal(new SequencePlace(SequenceBench.Key, ids[0], HeldAt: null, 2, IsHeadRemoved: false), await bench.Storage.SequenceQueries.PlaceAsync(ids[2], Stop));
        Assert.Null(await bench.Storage.SequenceQueries.PlaceAsync(Assert.Single(await bench.Storage.EnqueueAsync(bench.Storage.NewJob())), Stop));
    }

    [Fact]
    public async Task What_is_put_back_for_its_key_is_not_overtaken_by_what_came_behind_it_in_its_sequence()
    {
        await using var bench = await SequenceBench.CreateAsync();
        await bench.EnqueueAsync(1);
        await bench.Storage.EnqueueAsync(bench.Storage.NewUniqueJob("one"));
        NewJob[] jobs = [SequenceBench.OfKey(bench.Storage.NewUniqueJob("one", UniqueConflict.Supersede)), bench.Storage.NewSequenceJob(), bench.Storage.NewSequenceJob("order-2")];

        var answers = await bench.Storage.KeyedJobs.EnqueueEachAsync(jobs, Stop);

        Assert.Equal([false, false, true], answers.Select(answer => answer is not null));
    }

    [Fact]
    public async Task Jobs_of_sequences_are_not_taken_for_plain_ones()
    {
        await using var storage = await TestStorage.CreateAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => storage.Jobs.EnqueueAsync([storage.NewSequenceJob()], Stop));
    }

    /// <summary>Brings a head to its end; the job is the only one of its sequence.</summary>
    private static async Task<JobId> EndHeadAsync(SequenceBench bench, string how, SequenceFailure onFailure)
    {
        var soon = TimeProvider.System.GetUtcNow().AddMinutes(10);
        var head = Assert.Single(await bench.EnqueueAsync(1, onFailure, job => how switch
        {
            "is claimed too late" or "expires" => job with { ExpiresAt = soon },
            "is cancelled while it is scheduled" or "is purged while it is scheduled" => job with { Delay = TimeSpan.FromHours(1) },
            _ => job,
        }));
        var jobs = bench.Storage.Jobs;
        switch (how)
        {
            case "succeeds":
                await bench.SucceedAsync(await bench.ClaimAsync());
                break;
            case "succeeds with a result":
                var done = await bench.ClaimAsync();
                await bench.EndAsync(JobTransition.Succeed(done.Id, done.Token, "1"u8.ToArray()));
                break;
            case "fails":
                await bench.FailAsync(await bench.ClaimAsync());
                break;
            case "fails and is deleted":
                await bench.FailAsync(await bench.ClaimAsync());
                Assert.Equal(JobState.Failed, (await jobs.DeleteAsync(head, Stop)).Value);
                break;
            case "is claimed too late":
                await bench.Storage.Database.AdvanceAsync(TimeSpan.FromHours(1));
                await bench.EndAsync(Assert.Single((await bench.ExchangeAsync([])).Endings));
                break;
            case "expires":
                await bench.Storage.Database.AdvanceAsync(TimeSpan.FromHours(1));
                Assert.Equal(1, await bench.Storage.DueJobs().ExpireAsync(10, Stop));
                break;
            case "is lost":
                for (var crash = 0; crash <= 3; crash++)
                {
                    await bench.ClaimAsync();
                    await LoseWorkerAsync(bench);
                }

                break;
            case "is cancelled while it runs":
                var cancelled = await bench.ClaimAsync();
                await bench.EndAsync(JobTransition.Cancel(cancelled.Id, cancelled.Token, "why"));
                break;
            case "is abandoned":
                var abandoned = await bench.ClaimAsync();
                await bench.EndAsync(JobTransition.Abandon(abandoned.Id, abandoned.Token));
                break;
            case "is cancelled and given back":
                await bench.ClaimAsync();
                Assert.Equal(JobCancellation.Requested, (await jobs.CancelAsync(head, reason: null, actor: null, Stop)).Value);
                Assert.Equal(1, await bench.Storage.Claimer().DisownAsync(bench.Worker, [], Stop));
                break;
            case "is cancelled and lost":
                await bench.ClaimAsync();
                Assert.Equal(JobCancellation.Requested, (await jobs.CancelAsync(head, reason: null, actor: null, Stop)).Value);
                await LoseWorkerAsync(bench);
                break;
            case "is cancelled while it waits" or "is cancelled while it is scheduled":
                Assert.Equal(JobCancellation.Done, (await jobs.CancelAsync(head, reason: null, actor: null, Stop)).Value);
                break;
            case "is deleted":
                Assert.Equal(JobState.Queued, (await jobs.DeleteAsync(head, Stop)).Value);
                break;
            case "is purged" or "is purged while it is scheduled":
                Assert.Equal(1, (await bench.Storage.Queues.PurgeAsync(QueueName.Default, reason: null, actor: null, Stop)).Value!.Cancelled);
                break;
            default:
                throw new UnreachableException();
        }

        return head;
    }

    /// <summary>The worker is gone, another comes in its place and takes back what it held.</summary>
    private static async Task LoseWorkerAsync(SequenceBench bench)
    {
        await bench.Storage.Leases.LeaveAsync(bench.Worker, Stop);
        bench.Worker = await bench.Storage.RegisterWorkerAsync();
        await bench.Storage.Leases.ReclaimAsync(bench.Worker, 10, Stop);
    }

    private static JobTransition AgainOf(Claim claim, string how) => how switch
    {
        "retry" => JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, SequenceBench.Error, TimeSpan.FromHours(1)),
        "snooze" => JobTransition.Snooze(claim.Id, claim.Token, TimeSpan.FromHours(1)),
        _ => JobTransition.Release(claim.Id, claim.Token),
    };
}
