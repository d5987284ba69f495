namespace JobService.Core.Handlers;

/// <summary>A failure with a name that retry rules can match, for code too deep to answer a <see cref="JobOutcome"/>.</summary>
public sealed class JobFailureException : Exception
{
    /// <param name="type">A stable name, such as <c>payment.declined</c>.</param>
    /// <param name="message">What a person should read.</param>
    /// <param name="isRetryable">Whether trying again may help; the policy still decides.</param>
    /// <param name="retryAfter">A wait that the handler knows better than the policy; bounded by the policy's <c>max</c>.</param>
    /// <param name="innerException">What led to it.</param>
    public JobFailureException(string type, string message, bool isRetryable = true, TimeSpan? retryAfter = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Type = type;
        IsRetryable = isRetryable;
        RetryAfter = retryAfter;
    }

    public string Type { get; }

    public bool IsRetryable { get; }

    public TimeSpan? RetryAfter { get; }
}
