using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Diagnostics;
using JobService.Core.Jobs;
using JobService.Worker.Completion;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Execution;

/// <summary>Runs one claimed job to its transition. Never throws for what the handler does.</summary>
internal sealed partial class JobExecutor(
    HandlerInvoker invoker, RunningJobs running, ExecutionSlots slots, CompletionBuffer completions, TimeProvider clock, ILogger<JobExecutor> log)
{
    /// <summary>Begins an attempt: its slot is taken when this returns, and free again when the handler has ended.</summary>
    public void Start(Claim claim)
    {
        slots.Take();
        var deadline = new JobDeadline(claim, clock);
        running.Enter(claim.Id, claim.Token, claim.IsSuspect, deadline);
        _ = ExecuteAsync(claim, deadline);
    }

    private async Task ExecuteAsync(Claim claim, JobDeadline deadline)
    {
        using (deadline)
        {
            // On the thread pool from its first line: a handler that blocks before its first await must not block the claim loop,
            // and has not even returned a task when its time is up.
            var handling = Task.Run(() => InvokeAsync(claim, deadline), CancellationToken.None);
            var isBack = await Task.WhenAny(handling, deadline.GivenUp) == handling;
            var result = isBack ? await handling : new AttemptResult.GivenUp();
            var elapsed = deadline.Elapsed;
            var transition = AttemptClassifier.Classify(
                claim, result, isBack ? deadline.Cause : deadline.GivenUpCause, deadline.CancelReason, elapsed, Random.Shared.NextDouble());

            // If the process dies before the transition is durable, the lease runs out and the job runs again.
            // It is reported before it leaves: whoever looks for the jobs of this worker finds it in one place or the other.
            if (isBack)
                slots.Release();
            else
                _ = WaitForStuckAsync(claim, handling);
            Report(claim, transition, elapsed);
            running.Leave(claim.Token);
        }
    }

    /// <summary>Never throws, so that no attempt ends without its slot being freed: also what is done around the handler may fail.</summary>
    private async Task<AttemptResult> InvokeAsync(Claim claim, JobDeadline deadline)
    {
        try
        {
            return await InvokeInSpanAsync(claim, deadline);
        }
        catch (Exception e)
        {
            return new AttemptResult.Threw(AttemptErrors.From(e));
        }
    }

    private async Task<AttemptResult> InvokeInSpanAsync(Claim claim, JobDeadline deadline)
    {
        using var activity = JobActivity.Start(claim.Type.Name, claim.TraceParent, claim.TraceState);
        activity?.SetTag("jobservice.job.id", claim.Id.ToString()).SetTag("jobservice.job.attempt", claim.Attempt);
        return await invoker.InvokeAsync(claim, JobContexts.Of(claim, deadline), deadline.Token);
    }

    private void Report(Claim claim, JobTransition? transition, TimeSpan elapsed)
    {
        LogAttempt(
            transition is JobTransition.Failed or JobTransition.Retrying ? LogLevel.Warning : LogLevel.Information,
            claim.Type, claim.Id, claim.Queue, claim.Attempt, Math.Round(elapsed.TotalMilliseconds, 1), OutcomeOf(transition), DetailOf(transition));
        if (transition is not null)
            completions.Add(transition);
    }

    private async Task WaitForStuckAsync(Claim claim, Task<AttemptResult> handling)
    {
        slots.BecomeStuck();
        LogStuck(claim.Type, claim.Id, claim.Attempt, slots.Stuck);
        await handling;
        slots.Unstick();
        LogLateAnswer(claim.Type, claim.Id, claim.Attempt);
    }

    private static string OutcomeOf(JobTransition? transition) => transition switch
    {
        null => "lease-lost",
        JobTransition.Cancelled { IsAbandoned: true } => "abandoned",
        _ => transition.GetType().Name.ToLowerInvariant(),
    };

    private static string DetailOf(JobTransition? transition) => transition switch
    {
        JobTransition.Retrying retrying => $"({retrying.Error.Type}, again in {Core.Timeouts.DurationText.Format(TimeSpan.FromMilliseconds((long)retrying.Delay.TotalMilliseconds))})",
        JobTransition.Failed failed => $"({failed.Error.Type}, {failed.Reason})",
        _ => "",
    };
}
