using System.Diagnostics;
using JobService.Core.Claiming;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Retries;

namespace JobService.Core.Attempts;

/// <summary>Judges an attempt: a function of the claim, of how its run ended, of why it was stopped and of the time it took.</summary>
public static class AttemptClassifier
{
    public const string SoftLimitError = "timeout.soft";
    public const string HardLimitError = "timeout.hard";

    /// <param name="claim">What was run.</param>
    /// <param name="result">How the run ended.</param>
    /// <param name="cause">Why the handler's token fired first, if it did.</param>
    /// <param name="cancelReason">What the canceller wrote.</param>
    /// <param name="elapsed">Measured since the claim.</param>
    /// <param name="sample">A number within [0, 1) that places the jitter.</param>
    /// <returns>The transition; null where the lease is lost, since nothing of this attempt counts any more.</returns>
    public static JobTransition? Classify(
        Claim claim, AttemptResult result, StopCause cause, string? cancelReason, TimeSpan elapsed, double sample)
    {
        if (cause == StopCause.LeaseLost)
            return null;

        return result switch
        {
            AttemptResult.Answered { Outcome: var outcome, Result: var json } => ClassifyAnswer(claim, outcome, json, cause, cancelReason, elapsed, sample),
            AttemptResult.Threw threw => ClassifyThrown(claim, threw, cause, cancelReason, elapsed, sample),
            AttemptResult.GivenUp => cause switch
            {
                StopCause.Cancelled => JobTransition.Abandon(claim.Id, claim.Token),
                StopCause.Drained => JobTransition.Release(claim.Id, claim.Token),
                _ => Fail(claim, AttemptFailure.TimedOut, HardLimit(claim), new AttemptResult.Threw(HardLimit(claim)), elapsed, sample),
            },
            _ => throw new UnreachableException(),
        };
    }

    private static JobTransition ClassifyAnswer(
        Claim claim, JobOutcome outcome, ReadOnlyMemory<byte>? json, StopCause cause, string? cancelReason, TimeSpan elapsed, double sample)
    {
        switch (outcome)
        {
            case JobOutcome.Success:
                return JobTransition.Succeed(claim.Id, claim.Token, json, claim.Policies.KeepResult);
            case JobOutcome.Cancelled cancelled:
                return JobTransition.Cancel(claim.Id, claim.Token, cancelReason ?? StorableText.Clean(cancelled.Reason, AttemptError.MaxMessageLength));
            case JobOutcome.Snoozed when cause == StopCause.Cancelled:
                return JobTransition.Cancel(claim.Id, claim.Token, cancelReason);
            case JobOutcome.Snoozed snoozed:
                var delay = TimeSpan.FromTicks(Math.Clamp(snoozed.Delay.Ticks, 0, RetryPolicy.LongestDelay.Ticks));
                return RetryDecider.EndBefore(claim, elapsed + delay) is { } reason
                    ? JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, TooLate(reason), reason)
                    : JobTransition.Snooze(claim.Id, claim.Token, delay);
            case JobOutcome.Failure failure:
                var error = new AttemptError(failure.Type, failure.Message);
                return ClassifyThrown(claim, new AttemptResult.Threw(error, failure.IsRetryable, failure.RetryAfter), cause, cancelReason, elapsed, sample);
            default:
                throw new UnreachableException();
        }
    }

    private static JobTransition ClassifyThrown(
        Claim claim, AttemptResult.Threw threw, StopCause cause, string? cancelReason, TimeSpan elapsed, double sample) => cause switch
        {
            StopCause.Cancelled => JobTransition.Cancel(claim.Id, claim.Token, cancelReason),
            // Asked to stop for the worker's sake, few handlers give way by the book: whatever they throw then is told of the stop, not of the job.
            StopCause.Drained when threw.IsRetryable => JobTransition.Release(claim.Id, claim.Token),
            StopCause.SoftLimit => Fail(claim, AttemptFailure.TimedOut, SoftLimit(claim, threw.Error), threw, elapsed, sample),
            _ => Fail(claim, AttemptFailure.Failed, threw.Error, threw, elapsed, sample),
        };

    private static JobTransition Fail(
        Claim claim, AttemptFailure failure, AttemptError error, AttemptResult.Threw threw, TimeSpan elapsed, double sample) =>
        RetryDecider.Decide(claim, error.Type, threw.IsRetryable, threw.RetryAfter, elapsed, sample) switch
        {
            RetryDecision.After { Delay: var delay } => JobTransition.Retry(claim.Id, claim.Token, failure, error, delay),
            RetryDecision.NoMore { Reason: var reason } => JobTransition.Fail(claim.Id, claim.Token, failure, error, reason),
            _ => throw new UnreachableException(),
        };

    private static AttemptError SoftLimit(Claim claim, AttemptError thrown) => new(
        SoftLimitError,
        $"The attempt reached its soft limit of {Timeouts.DurationText.Format(LimitsOf(claim).Soft)} and stopped: {thrown.Message}",
        thrown.Stack);

    private static AttemptError HardLimit(Claim claim) => new(
        HardLimitError,
        $"The handler had not returned at its hard limit of {Timeouts.DurationText.Format(LimitsOf(claim).Hard)}; the attempt was given up.");

    private static Timeouts.TimeoutPolicy LimitsOf(Claim claim) => claim.Policies.Timeout.Within(claim.Deadline - claim.ClaimedAt);

    private static AttemptError TooLate(string reason) => new("job.too-late", $"It asked to run again later than the job may start ({reason}).");
}
