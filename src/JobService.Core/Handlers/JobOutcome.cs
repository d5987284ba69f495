namespace JobService.Core.Handlers;

/// <summary>What a handler answers: done, not now, never, or cancelled. Throwing is the fifth answer: failed, retry by policy.</summary>
public abstract record JobOutcome
{
    private protected JobOutcome()
    {
    }

    /// <summary>The work is done.</summary>
    public static JobOutcome Succeeded { get; } = new Success(Result: null);

    /// <summary>Not now: run it again after <paramref name="delay"/>; the attempt is not counted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public static JobOutcome Snooze(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return new Snoozed(delay);
    }

    /// <summary>The attempt failed; the policy decides whether another follows.</summary>
    /// <param name="type">A stable name that retry rules can match, such as <c>http.503</c>.</param>
    /// <param name="message">What a person should read.</param>
    /// <param name="retryAfter">A wait that the handler knows better than the policy; bounded by the policy's <c>max</c>.</param>
    public static JobOutcome Fail(string type, string message, TimeSpan? retryAfter = null) =>
        new Failure(type, message, IsRetryable: true, retryAfter);

    /// <summary>The job failed: trying again is no use.</summary>
    public static JobOutcome FailForGood(string type, string message) => new Failure(type, message, IsRetryable: false, RetryAfter: null);

    /// <summary>The handler ends the job as cancelled.</summary>
    public static JobOutcome Cancel(string reason) => new Cancelled(reason);

    /// <summary><paramref name="Result"/> is an object to be written as JSON; null for none.</summary>
    public sealed record Success(object? Result) : JobOutcome;

    public sealed record Snoozed(TimeSpan Delay) : JobOutcome;

    public sealed record Failure(string Type, string Message, bool IsRetryable, TimeSpan? RetryAfter) : JobOutcome;

    public sealed record Cancelled(string Reason) : JobOutcome;
}
