using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Queues;
using JobService.Core.Storage.Stores;

namespace JobService.Storage.Tests.Stores;

/// <summary>Jobs that wait behind the head of their sequence: what can be done with any that waits can be done with them, and the order of the others stays.</summary>
public sealed class BlockedJobTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blocked_job_that_is_cancelled_or_deleted_leaves_the_order_of_the_others_as_it_was()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var ids = await bench.EnqueueAsync(4);

        Assert.Equal(JobCancellation.Done, (await bench.Storage.Jobs.CancelAsync(ids[1], "why", "alice", Stop)).Value);
        Assert.Equal(JobState.Blocked, (await bench.Storage.Jobs.DeleteAsync(ids[2], Stop)).Value);

        Assert.Equal(default, await bench.AdvanceAsync());
        Assert.Equal((JobState.Cancelled, "why"), ((await bench.FindAsync(ids[1])).State, (await bench.FindAsync(ids[1])).Reason));
        await bench.SucceedAsync(await bench.ClaimAsync());
        await bench.AdvanceAsync();
        await bench.SucceedAsync(await bench.ClaimAsync());
        Assert.Equal(JobState.Succeeded, await bench.StateAsync(ids[3]));
        await bench.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_blocked_job_that_is_edited_keeps_its_place_and_goes_as_it_says_then()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var ids = await bench.EnqueueAsync(3);
        var edit = new JobEdit
        {
            Queue = QueueName.Parse("moved"),
            Priority = new JobPriority(9),
            Payload = "2"u8.ToArray(),
            RunAt = TimeProvider.System.GetUtcNow().AddHours(1),
            Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "b" },
        };

        Assert.Equal(JobState.Blocked, (await bench.Storage.Jobs.EditAsync(ids[1], edit, actor: null, Stop)).Value);
        Assert.Equal(JobState.Blocked, await bench.StateAsync(ids[1]));
        await bench.SucceedAsync(await bench.ClaimAsync());
        await bench.AdvanceAsync();
        Assert.Equal(JobState.Scheduled, await bench.StateAsync(ids[1]));

        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromHours(2));
        await bench.Storage.DueJobs().PromoteAsync(10, Stop);
        var claim = await bench.ClaimAsync();
        Assert.Equal((ids[1], "moved", 9, "2", "b"), (claim.Id, claim.Queue.Name, claim.Priority.Value, System.Text.Encoding.UTF8.GetString(claim.Payload.Span), claim.Tags["a"]));
    }

    [Fact]
    public async Task Of_two_edits_of_one_version_of_a_blocked_job_the_second_is_refused()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var id = (await bench.EnqueueAsync(2))[1];
        await using var connection = await bench.Storage.Hot.OpenConnectionAsync(Stop);
        await using var first = await connection.BeginTransactionAsync(Stop);
        await JobChanges.EditAsync(connection, bench.Storage.Names.Current, id, new JobEdit { Priority = new JobPriority(9), ExpectedRevision = 0 }, actor: null, isCall: false, Stop);

        var second = bench.Storage.Jobs.EditAsync(id, new JobEdit { Priority = new JobPriority(1), ExpectedRevision = 0 }, actor: null, Stop);
        await bench.Storage.WaitForLocksAsync(1, second);
        await first.CommitAsync(Stop);

        Assert.IsType<Refusal.PreconditionFailed>((await second).Refusal);
        Assert.Equal(9, (await bench.Storage.Queries.FindAsync(id, Stop)).Value!.Priority.Value);
    }

    [Fact]
    public async Task A_blocked_job_whose_time_is_over_fails_and_holds_nobody_up()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var head = Assert.Single(await bench.EnqueueAsync(1));
        var late = Assert.Single(await bench.EnqueueAsync(1, with: job => job with { ExpiresAt = TimeProvider.System.GetUtcNow().AddMinutes(1) }));
        var next = Assert.Single(await bench.EnqueueAsync(1));
        var claim = await bench.ClaimAsync();
        await bench.Storage.Database.AdvanceAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(1, await bench.Storage.DueJobs().ExpireAsync(10, Stop));
        Assert.Equal((JobState.Failed, "expired"), ((await bench.FindAsync(late)).State, (await bench.FindAsync(late)).Reason));
        Assert.Equal(default, await bench.AdvanceAsync());

        Assert.Equal(head, claim.Id);
        await bench.SucceedAsync(claim);
        await bench.AdvanceAsync();
        Assert.Equal(next, (await bench.ClaimAsync()).Id);
    }

    [Fact]
    public async Task A_purge_cancels_those_of_its_queue_and_lets_the_others_go()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var low = QueueName.Parse("low");
        var purged = await bench.EnqueueAsync(2, with: job => job with { Queue = low });
        var limited = await bench.EnqueueAsync(1, with: job => job with { Queue = low, LimitKeys = [LimitKey.Parse("tenant:1")] });
        var kept = Assert.Single(await bench.EnqueueAsync(1));

        Assert.Equal(3, (await bench.Storage.Queues.PurgeAsync(low, "by mistake", "alice", Stop)).Value!.Cancelled);

        Assert.All(await Task.WhenAll(purged.Concat(limited).Select(bench.FindAsync)), job => Assert.Equal((JobState.Cancelled, "by mistake"), (job.State, job.Reason)));
        await bench.AdvanceAsync();
        Assert.Equal(kept, (await bench.ClaimAsync()).Id);
    }

    [Fact]
    public async Task Retention_leaves_blocked_jobs_alone_however_old_they_are()
    {
        await using var bench = await SequenceBench.CreateAsync();
        await bench.Storage.MakeDaysAsync(-3);
        await bench.EnqueueAsync(1, with: job => job with { Id = bench.Storage.NewJobOf(TimeSpan.FromDays(3)).Id });
        var blocked = Assert.Single(await bench.EnqueueAsync(1, with: job => job with { Id = bench.Storage.NewJobOf(TimeSpan.FromDays(3)).Id }));
        await bench.SucceedAsync(await bench.ClaimAsync());
        await bench.Storage.Database.ExecuteAsync("UPDATE jobservice.finished_jobs SET finished_at = now() - interval '3 days'");

        Assert.Equal((0, 1), await bench.Storage.Retention.PruneAsync(TimeSpan.FromDays(1), Stop) is var pruned ? (pruned.Days, pruned.Jobs) : default);

        // The head is gone before anyone saw to its end, which tells how it came to that.
        await bench.AdvanceAsync();
        Assert.Equal(blocked, (await bench.ClaimAsync()).Id);
    }

    [Fact]
    public async Task Blocked_jobs_are_counted_in_the_depths_of_their_queues_whatever_becomes_of_them()
    {
        await using var bench = await SequenceBench.CreateAsync();
        var (moved, limited) = (QueueName.Parse("moved"), QueueName.Parse("limited"));
        var ids = await bench.EnqueueAsync(7);
        await bench.EnqueueAsync(2, with: job => job with { Queue = limited, LimitKeys = [LimitKey.Parse("tenant:1")] });
        await bench.Storage.Jobs.EditAsync(ids[1], new JobEdit { Queue = moved }, actor: null, Stop);
        await bench.Storage.Jobs.CancelAsync(ids[2], reason: null, actor: null, Stop);
        await bench.Storage.Jobs.DeleteAsync(ids[3], Stop);
        await bench.Storage.Jobs.RestartAsync(ids[2], new JobRestart(), actor: null, Stop);
        await bench.SucceedAsync(await bench.ClaimAsync());
        await bench.AdvanceAsync();
        await bench.Storage.Queues.PurgeAsync(limited, reason: null, actor: null, Stop);

        var depths = await bench.Storage.QueueQueries.DepthsAsync(Stop);
        Assert.Equal(new QueueDepth(Blocked: 4, Scheduled: 0, Queued: 0, Running: 0, Retrying: 0), depths[QueueName.Default]);
        Assert.Equal(new QueueDepth(Blocked: 0, Scheduled: 0, Queued: 1, Running: 0, Retrying: 0), depths[moved]);
        Assert.Equal(default, depths[limited]);

        // A fold keeps it, and a count finds nothing to correct.
        await bench.Storage.Statistics().FoldAsync(1_000, Stop);
        Assert.Equal(depths, await bench.Storage.QueueQueries.DepthsAsync(Stop));
        Assert.Equal(0, await bench.Storage.Statistics().CountAsync(TimeSpan.Zero, Stop));
    }

    [Theory]
    [InlineData(UniqueConflict.Replace)]
    [InlineData(UniqueConflict.Debounce)]
    [InlineData(UniqueConflict.Supersede)]
    [InlineData(UniqueConflict.Return)]
    public async Task A_blocked_job_holds_its_unique_key_and_is_changed_as_any_that_waits(UniqueConflict mode)
    {
        await using var bench = await SequenceBench.CreateAsync();
        await bench.EnqueueAsync(1);
        var held = SequenceBench.OfKey(bench.Storage.NewUniqueJob("one", scope: UniqueScope.UntilStarted));
        await bench.Storage.EnqueueAsync(held);
        var other = SequenceBench.OfKey(bench.Storage.NewUniqueJob("one", mode, payload: "2")) with { Delay = mode == UniqueConflict.Debounce ? TimeSpan.FromHours(1) : null };

        var answer = (await bench.Storage.KeyedJobs.EnqueueAllAsync([other], Stop)).Value![0];

        Assert.Equal(JobState.Blocked, answer.State);
        Assert.Equal(mode == UniqueConflict.Supersede ? (other.Id, false) : (held.Id, true), (answer.Id, answer.IsDeduplicated));
        var job = await bench.FindAsync(answer.Id);
        Assert.Equal((JobState.Blocked, mode is UniqueConflict.Replace or UniqueConflict.Supersede ? "2" : "1"), (job.State, job.Payload));
        Assert.Equal(mode == UniqueConflict.Debounce, job.RunAt > job.CreatedAt.AddMinutes(1));
        Assert.Equal(mode == UniqueConflict.Supersede ? JobState.Cancelled : JobState.Blocked, await bench.StateAsync(held.Id));
        Assert.Equal(2, (await bench.SequenceAsync())!.Length);
    }
}
