namespace JobService.Core.Retries;

/// <summary>How a wait is spread, so that jobs that failed together don't come back together.</summary>
public enum Jitter
{
    /// <summary>Exactly the computed wait.</summary>
    None,

    /// <summary>±10 % of it.</summary>
    Equal,

    /// <summary>Anywhere between nothing and it.</summary>
    Full,
}
