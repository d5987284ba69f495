using JobService.Conformance.Stores;
using JobService.Core.Attempts;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Retries;
using JobService.Core.Sequences;

namespace JobService.Conformance.Cases;

/// <summary>What a sequence promises: one at a time, in their order, and none is passed over unless somebody, or its own policy, says so.</summary>
public abstract class SequenceCases(Func<Task<StoreUnderTest>> create) : StoreCases(create)
{
    private static readonly SequenceKey Key = SequenceKey.Parse("order-1");

    [Fact]
    public async Task One_runs_at_a_time_in_the_order_of_their_enqueue()
    {
        var worker = await Store.RegisterAsync();
        var ids = await EnqueueAsync(3);

        foreach (var id in ids)
        {
            var claim = Assert.Single(await Store.ClaimAsync(worker));
            Assert.Equal(id, claim.Id);
            Assert.True(await Store.ApplyAsync(JobTransition.Succeed(claim.Id, claim.Token, result: null)));
            Assert.Equal(1, (await Store.Heads.AdvanceAsync(100, Cancellation)).Ends);
        }

        Assert.Empty(await Store.SequencesAsync());
    }

    [Fact]
    public async Task A_stale_end_lets_nobody_go()
    {
        var (worker, other) = (await Store.RegisterAsync(), await Store.RegisterAsync());
        var ids = await EnqueueAsync(2);
        var stale = Assert.Single(await Store.ClaimAsync(worker));
        await Store.Leases.LeaveAsync(worker, Cancellation);
        await Store.Leases.ReclaimAsync(other, 10, Cancellation);
        Assert.Equal(ids[0], Assert.Single(await Store.ClaimAsync(other)).Id);

        Assert.False(await Store.ApplyAsync(JobTransition.Succeed(stale.Id, stale.Token, result: null)));

        Assert.Equal(default, await Store.Heads.AdvanceAsync(100, Cancellation));
        Assert.Equal(JobState.Blocked, (await Store.SeeAsync(ids[1]))!.State);
    }

    [Theory]
    [InlineData(SequenceFailure.Skip)]
    [InlineData(SequenceFailure.Block)]
    public async Task A_failure_is_passed_over_or_holds_the_others_up_as_the_failed_job_says(SequenceFailure onFailure)
    {
        var worker = await Store.RegisterAsync();
        var ids = await EnqueueAsync(2, onFailure);
        await FailAsync(worker);

        var advanced = await Store.Heads.AdvanceAsync(100, Cancellation);

        Assert.Equal(onFailure == SequenceFailure.Skip ? new AdvancedSequences(1, 1, 0, 0) : new AdvancedSequences(1, 0, 0, 1), advanced);
        var sequence = Assert.Single(await Store.SequencesAsync());
        Assert.Equal(onFailure == SequenceFailure.Skip ? (ids[1], false) : (ids[0], true), (sequence.Head, sequence.IsHeld));
        Assert.Equal(onFailure == SequenceFailure.Skip ? JobState.Queued : JobState.Blocked, (await Store.SeeAsync(ids[1]))!.State);
    }

    [Fact]
    public async Task What_holds_the_others_up_is_retried_in_its_turn_or_left_behind()
    {
        var worker = await Store.RegisterAsync();
        var ids = await EnqueueAsync(3);
        await FailAsync(worker);
        await Store.Heads.AdvanceAsync(100, Cancellation);

        Assert.Equal(JobState.Queued, (await Store.Jobs.RestartAsync(ids[0], new JobRestart(), actor: null, Cancellation)).Value);
        Assert.False(await Store.Sequences.ResumeAsync(Key, head: null, reason: null, actor: null, Cancellation));
        await FailAsync(worker);
        await Store.Heads.AdvanceAsync(100, Cancellation);
        Assert.True(await Store.Sequences.ResumeAsync(Key, ids[0], reason: null, actor: null, Cancellation));

        Assert.Equal(ids[1], Assert.Single(await Store.ClaimAsync(worker)).Id);
        Assert.Equal(JobState.Failed, (await Store.SeeAsync(ids[0]))!.State);

        // Its turn is over: it comes again behind the others.
        Assert.Equal(JobState.Blocked, (await Store.Jobs.RestartAsync(ids[0], new JobRestart(), actor: null, Cancellation)).Value);
        Assert.Equal([ids[2], ids[0]], Assert.Single(await Store.SequencesAsync()).Behind);
    }

    private async Task<IReadOnlyList<JobId>> EnqueueAsync(int count, SequenceFailure onFailure = SequenceFailure.Block)
    {
        NewJob[] jobs = [.. Enumerable.Range(0, count).Select(_ => Store.NewJob(new SequencePolicy(Key, onFailure)))];
        return [.. (await Store.Keyed.EnqueueAllAsync(jobs, Cancellation)).Value!.Select(job => job.Id)];
    }

    private async Task FailAsync(WorkerId worker)
    {
        var claim = Assert.Single(await Store.ClaimAsync(worker));
        Assert.True(await Store.ApplyAsync(JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, Situations.Error, FailureReason.AttemptsExhausted)));
    }
}
