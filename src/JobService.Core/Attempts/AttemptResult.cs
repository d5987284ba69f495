using JobService.Core.Handlers;

namespace JobService.Core.Attempts;

/// <summary>How a handler's run ended, before anyone has judged it.</summary>
public abstract record AttemptResult
{
    private AttemptResult()
    {
    }

    /// <summary>It answered; where that is success, <paramref name="Result"/> is its result as JSON.</summary>
    public sealed record Answered(JobOutcome Outcome, ReadOnlyMemory<byte>? Result) : AttemptResult;

    /// <summary>It threw, perhaps by giving way to its token.</summary>
    public sealed record Threw(AttemptError Error, bool IsRetryable = true, TimeSpan? RetryAfter = null) : AttemptResult;

    /// <summary>It had not returned when its time was up, and nobody waits for it any more.</summary>
    public sealed record GivenUp : AttemptResult;
}
