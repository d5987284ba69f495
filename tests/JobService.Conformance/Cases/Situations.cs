using System.Diagnostics;
using JobService.Conformance.Stores;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Retries;
using JobService.Core.Sequences;

namespace JobService.Conformance.Cases;

/// <summary>How a job is brought into each state, and how each trigger is pulled, through the ports alone.</summary>
internal static class Situations
{
    public static readonly AttemptError Error = new("test.error", "It went wrong.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly SequencePolicy Sequence = new(SequenceKey.Parse("order-1"), SequenceFailure.Skip);

    /// <summary>A job in the state, and the last claim of it, if there was one; one of a sequence where that is what the trigger is about.</summary>
    public static async Task<(JobId Id, Claim? Claim)> BringAsync(StoreUnderTest store, JobState state, JobTrigger? trigger = null)
    {
        // A time after which it may no longer start lets every waiting job expire, and is far enough for all else.
        var isOfSequence = state is JobState.Blocked || trigger is JobTrigger.Unblock or JobTrigger.Postpone or JobTrigger.RestartBehind;
        var job = (isOfSequence ? store.NewJob(Sequence) : store.NewJob()) with { ExpiresAt = await store.NowAsync() + TimeSpan.FromDays(2) };
        switch (state)
        {
            case JobState.Blocked:
                await store.EnqueueAsync(store.NewJob(Sequence));
                return (await store.EnqueueAsync(job), null);
            case JobState.Scheduled:
                return (await store.EnqueueAsync(job with { Delay = TimeSpan.FromHours(1) }), null);
            case JobState.Queued:
                return (await store.EnqueueAsync(job), null);
            case JobState.Running:
                var running = await store.RunAsync(job);
                return (running.Id, running);
            case JobState.Retrying:
                return await EndAsync(store, job, claim => JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, Error, TimeSpan.FromHours(1)));
            case JobState.Succeeded:
                return await EndAsync(store, job, claim => JobTransition.Succeed(claim.Id, claim.Token, "42"u8.ToArray()));
            case JobState.Failed:
                return await EndAsync(store, job, claim => JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, Error, FailureReason.AttemptsExhausted));
            case JobState.Cancelled:
                return await EndAsync(store, job, claim => JobTransition.Cancel(claim.Id, claim.Token, "no need"));
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Pulls the trigger on the job, whatever its state; true when the store says that something came of it.</summary>
    public static async Task<bool> PullAsync(StoreUnderTest store, JobId id, Claim? claim, JobTrigger trigger)
    {
        var token = claim?.Token ?? default;
        switch (trigger)
        {
            case JobTrigger.Claim:
                return (await store.ClaimAsync(await store.RegisterAsync())).Any(one => one.Id == id);
            case JobTrigger.Succeed:
                return await store.ApplyAsync(JobTransition.Succeed(id, token, "42"u8.ToArray()));
            case JobTrigger.Retry:
                return await store.ApplyAsync(JobTransition.Retry(id, token, AttemptFailure.Failed, Error, TimeSpan.FromHours(1)));
            case JobTrigger.Fail:
                return await store.ApplyAsync(JobTransition.Fail(id, token, AttemptFailure.Failed, Error, FailureReason.NotRetryable));
            case JobTrigger.Snooze:
                return await store.ApplyAsync(JobTransition.Snooze(id, token, TimeSpan.FromHours(1)));
            case JobTrigger.Release:
                return await store.ApplyAsync(JobTransition.Release(id, token));
            case JobTrigger.Promote:
                await store.AdvanceAsync(TimeSpan.FromHours(2));
                return await store.Due.PromoteAsync(100, Cancellation) > 0;
            case JobTrigger.Expire:
                await store.AdvanceAsync(TimeSpan.FromDays(3));
                return await store.Due.ExpireAsync(100, Cancellation) > 0;
            case JobTrigger.Reclaim:
                return await LoseAsync(store, claim) is { Requeued: > 0 };
            case JobTrigger.Lose:
                return await LoseTooOftenAsync(store, id, claim);
            case JobTrigger.Cancel when claim is not null && (await store.SeeAsync(id))!.State == JobState.Running:
                return await store.ApplyAsync(JobTransition.Cancel(id, token, reason: null));
            case JobTrigger.Cancel:
                return await store.Jobs.CancelAsync(id, reason: null, actor: null, Cancellation) is { Refusal: null, Value: JobCancellation.Done };
            case JobTrigger.Restart:
                return Took(await store.Jobs.RestartAsync(id, new JobRestart(), actor: null, Cancellation));
            case JobTrigger.RestartLater:
                return Took(await store.Jobs.RestartAsync(id, new JobRestart(RunAt: await store.NowAsync() + TimeSpan.FromHours(1)), actor: null, Cancellation));
            case JobTrigger.RestartBehind:
                // Another has its turn by then.
                await store.Heads.AdvanceAsync(100, Cancellation);
                await store.EnqueueAsync(store.NewJob(Sequence));
                return Took(await store.Jobs.RestartAsync(id, new JobRestart(), actor: null, Cancellation));
            case JobTrigger.Unblock:
                return await EndHeadAsync(store, id) is { Ready: > 0 };
            case JobTrigger.Postpone:
                if ((await store.SeeAsync(id))!.State == JobState.Blocked)
                    await store.Jobs.EditAsync(id, new JobEdit { RunAt = await store.NowAsync() + TimeSpan.FromHours(1) }, actor: null, Cancellation);
                return await EndHeadAsync(store, id) is { Scheduled: > 0 };
            case JobTrigger.Reschedule:
                return Took(await store.Jobs.EditAsync(id, new JobEdit { RunAt = await store.NowAsync() + TimeSpan.FromHours(1) }, actor: null, Cancellation));
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The job before it ends.</summary>
    private static async Task<AdvancedSequences> EndHeadAsync(StoreUnderTest store, JobId id)
    {
        if ((await store.SequencesAsync()).SingleOrDefault() is { } sequence && sequence.Head != id)
            await store.Jobs.CancelAsync(sequence.Head, reason: null, actor: null, Cancellation);
        return await store.Heads.AdvanceAsync(100, Cancellation);
    }

    private static bool Took(Result<JobState> answer) => answer.Refusal is null;

    private static async Task<(JobId Id, Claim? Claim)> EndAsync(StoreUnderTest store, NewJob job, Func<Claim, JobTransition> end)
    {
        var claim = await store.RunAsync(job);
        Assert.True(await store.ApplyAsync(end(claim)));
        return (claim.Id, claim);
    }

    /// <summary>The worker that held the claim, or another one, is gone.</summary>
    private static async Task<Core.Leases.ReclaimedJobs> LoseAsync(StoreUnderTest store, Claim? claim)
    {
        if (claim is not null)
            await store.AdvanceAsync(claim.Policies.Timeout.Hard + TimeSpan.FromMinutes(2));
        return await store.Leases.ReclaimAsync(await store.RegisterAsync(), 1_000, Cancellation);
    }

    /// <summary>Takes the job from worker after worker, until the store gives it up.</summary>
    private static async Task<bool> LoseTooOftenAsync(StoreUnderTest store, JobId id, Claim? claim)
    {
        if ((await store.SeeAsync(id))!.State != JobState.Running)
            return await LoseAsync(store, claim) is not { Requeued: 0, Ended: 0 };
        for (var crash = 0; crash < 3; crash++)
        {
            await LoseAsync(store, claim);
            claim = Assert.Single(await store.ClaimAsync(await store.RegisterAsync()));
        }

        return await LoseAsync(store, claim) is { Ended: 1 };
    }
}
