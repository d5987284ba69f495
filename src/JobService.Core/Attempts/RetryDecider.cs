using JobService.Core.Claiming;
using JobService.Core.Retries;
using JobService.Core.Routing;

namespace JobService.Core.Attempts;

/// <summary>Whether another attempt follows one that failed, and after what wait.</summary>
internal static class RetryDecider
{
    public static RetryDecision Decide(Claim claim, string errorType, bool isRetryable, TimeSpan? retryAfter, TimeSpan elapsed, double sample)
    {
        var policy = claim.Policies.Retry;
        if (!isRetryable || Matches(policy.FailOn, errorType) || !Matches(policy.RetryOn, errorType))
            return RetryDecision.Stop(FailureReason.NotRetryable);
        if (claim.FailuresIfThisFails >= policy.MaxAttempts)
            return RetryDecision.Stop(FailureReason.AttemptsExhausted);

        var delay = retryAfter is { } named ? Clamp(named, policy.Max) : Backoff.Delay(policy, claim.FailuresIfThisFails, sample);
        var next = claim.ClaimedAt + elapsed + delay;
        if (policy.MaxElapsed is { } maxElapsed && next - claim.RunAt > maxElapsed)
            return RetryDecision.Stop(FailureReason.MaxElapsed);
        return EndBefore(claim, elapsed + delay) is { } reason ? RetryDecision.Stop(reason) : RetryDecision.Again(delay);
    }

    /// <summary>Why the job could not start again so long after the claim; null when it could.</summary>
    public static string? EndBefore(Claim claim, TimeSpan sinceClaim)
    {
        var next = claim.ClaimedAt + sinceClaim;
        return next >= claim.Deadline ? FailureReason.Deadline : next >= claim.ExpiresAt ? FailureReason.Expired : null;
    }

    private static bool Matches(IReadOnlyList<string> globs, string errorType)
    {
        foreach (var glob in globs)
        {
            if (new Glob(glob).Matches(errorType))
                return true;
        }

        return false;
    }

    private static TimeSpan Clamp(TimeSpan delay, TimeSpan max) => delay < TimeSpan.Zero ? TimeSpan.Zero : delay < max ? delay : max;
}
