namespace JobService.Core.Retries;

/// <summary>What the policy says after a failure: again after a wait, or no more, and why.</summary>
internal abstract record RetryDecision
{
    private RetryDecision()
    {
    }

    public static RetryDecision Again(TimeSpan delay) => new After(delay);

    public static RetryDecision Stop(string reason) => new NoMore(reason);

    /// <summary>Run again once <paramref name="Delay"/> has passed on the database's clock.</summary>
    public sealed record After(TimeSpan Delay) : RetryDecision;

    /// <summary>The job has failed; <paramref name="Reason"/> is one of <see cref="FailureReason"/>.</summary>
    public sealed record NoMore(string Reason) : RetryDecision;
}
