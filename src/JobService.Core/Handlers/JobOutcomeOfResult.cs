namespace JobService.Core.Handlers;

/// <summary>What a handler with a result answers: a <typeparamref name="TResult"/> says success, a <see cref="JobOutcome"/> anything else.</summary>
public readonly record struct JobOutcome<TResult>
{
    private JobOutcome(JobOutcome outcome) => Outcome = outcome;

    public JobOutcome Outcome { get; }

    public static implicit operator JobOutcome<TResult>(TResult result) => new(new JobOutcome.Success(result));

    public static implicit operator JobOutcome<TResult>(JobOutcome outcome) => new(outcome);
}
