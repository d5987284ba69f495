using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Diagnostics;
using JobService.Core.Jobs;
using JobService.Worker.Completion;
using JobService.Worker.Queues;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Execution;

/// <summary>Runs one claimed job to its transition. Never throws for what the handler does.</summary>
internal sealed partial class JobExecutor(
    HandlerInvoker invoker, RunningJobs running, ExecutionSlots slots, ServedQueues queues, CompletionBuffer completions, TimeProvider clock, ILogger<JobExecutor> log)
{
    /// <summary>Begins an attempt: its slot is taken when this returns, and free again when the handler has ended.</summary>
    public void Start(Claim claim)
    {
        slots.Take();
        queues.Enter(claim.Queue);
        var attempt = new RunningAttempt(claim, clock, this);
        running.Enter(claim.Id, claim.Token, claim.IsSuspect, attempt.Deadline);
        attempt.Deadline.Begin();

        // On the thread pool from its first line: a handler that blocks before its first await must not block the claim loop,
        // and has not even returned a task when its time is up.
        ThreadPool.UnsafeQueueUserWorkItem(attempt, preferLocal: false);
    }

    /// <summary>Never throws, so that no attempt ends without its slot being freed: also what is done around the handler may fail.</summary>
    public async ValueTask<AttemptResult> InvokeAsync(Claim claim, JobDeadline deadline)
    {
        try
        {
            using var activity = JobActivity.Start(claim.Type.Name, claim.TraceParent, claim.TraceState);
            activity?.SetTag("jobservice.job.id", claim.Id.ToString()).SetTag("jobservice.job.attempt", claim.Attempt);
            return await invoker.InvokeAsync(claim, JobContexts.Of(claim, deadline), deadline.Token);
        }
        catch (Exception e)
        {
            return new AttemptResult.Threw(AttemptErrors.From(e));
        }
    }

    /// <summary>The handler returned in time.</summary>
    public void Returned(RunningAttempt attempt, AttemptResult result)
    {
        slots.Release();
        queues.Leave(attempt.Claim.Queue);
        End(attempt, result, attempt.Deadline.Cause);
    }

    /// <summary>The handler's time is up, and it still runs.</summary>
    public void GaveUp(RunningAttempt attempt)
    {
        slots.BecomeStuck();
        queues.Leave(attempt.Claim.Queue);
        LogStuck(attempt.Claim.Type, attempt.Claim.Id, attempt.Claim.Attempt, slots.Stuck);
        End(attempt, new AttemptResult.GivenUp(), attempt.Deadline.GivenUpCause);
    }

    /// <summary>A handler that was given up returned after all.</summary>
    public void ReturnedLate(Claim claim)
    {
        slots.Unstick();
        LogLateAnswer(claim.Type, claim.Id, claim.Attempt);
    }

    private void End(RunningAttempt attempt, AttemptResult result, StopCause cause)
    {
        var (claim, deadline) = (attempt.Claim, attempt.Deadline);
        deadline.Dispose();
        var elapsed = deadline.Elapsed;
        var transition = AttemptClassifier.Classify(claim, result, cause, deadline.CancelReason, elapsed, Random.Shared.NextDouble());

        // If the process dies before the transition is durable, the lease runs out and the job runs again.
        // It is reported before it leaves: whoever looks for the jobs of this worker finds it in one place or the other.
        Log(claim, transition, elapsed);
        if (transition is not null)
            completions.Add(claim.Policies.Sequence is null ? transition : transition with { IsOfSequence = true });
        running.Leave(claim.Token);
    }

    private void Log(Claim claim, JobTransition? transition, TimeSpan elapsed)
    {
        var level = transition is JobTransition.Failed or JobTransition.Retrying ? LogLevel.Warning : LogLevel.Information;
        if (log.IsEnabled(level))
        {
            LogAttempt(
                level, claim.Type, claim.Id, claim.Queue, claim.Attempt, Math.Round(elapsed.TotalMilliseconds, 1),
                OutcomeOf(transition), DetailOf(transition));
        }
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
