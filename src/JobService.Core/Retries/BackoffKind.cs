namespace JobService.Core.Retries;

/// <summary>How the wait grows from one failure to the next.</summary>
public enum BackoffKind
{
    /// <summary>The base, each time.</summary>
    Fixed,

    /// <summary>base · n.</summary>
    Linear,

    /// <summary>base · factor^(n-1).</summary>
    Exponential,

    /// <summary>base · n^factor.</summary>
    Polynomial,

    /// <summary>The waits given one by one; the last repeats.</summary>
    List,
}
