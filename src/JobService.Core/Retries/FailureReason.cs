namespace JobService.Core.Retries;

/// <summary>Why a job ended in <c>failed</c> or <c>cancelled</c>: the stable words kept with it and shown as <c>reason</c>.</summary>
public static class FailureReason
{
    /// <summary>As many attempts failed as the policy allows.</summary>
    public const string AttemptsExhausted = "attempts-exhausted";

    /// <summary>The handler or the policy's <c>failOn</c> says that trying again is no use.</summary>
    public const string NotRetryable = "not-retryable";

    /// <summary>The next retry would have started later than <c>maxElapsed</c> allows.</summary>
    public const string MaxElapsed = "max-elapsed";

    /// <summary><c>expiresAt</c> passed before it could start.</summary>
    public const string Expired = "expired";

    /// <summary><c>deadline</c>, the end of its whole life, passed.</summary>
    public const string Deadline = "deadline";

    /// <summary>Its worker's lease ran out more often than the cap allows.</summary>
    public const string Lost = "lost";

    /// <summary>It was cancelled while running and its handler did not stop within the grace.</summary>
    public const string Abandoned = "abandoned";

    /// <summary>It was cancelled and no reason was given.</summary>
    public const string Cancelled = "cancelled";
}
