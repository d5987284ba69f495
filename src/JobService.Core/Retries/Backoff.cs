namespace JobService.Core.Retries;

/// <summary>The wait before the next attempt: <c>min(max, base · factor^(n-1))</c> and its relatives, then the jitter. Pure.</summary>
public static class Backoff
{
    /// <summary>How far <see cref="Jitter.Equal"/> spreads, either way.</summary>
    private const double EqualSpread = 0.1;

    /// <summary>The wait after the <paramref name="failures"/>-th failure.</summary>
    /// <param name="policy">The policy of the job.</param>
    /// <param name="failures">How many attempts have failed, from 1.</param>
    /// <param name="sample">A number within [0, 1) that places the jitter.</param>
    /// <returns>A wait from zero to <see cref="RetryPolicy.Max"/>, never negative, also where the power overflows.</returns>
    public static TimeSpan Delay(RetryPolicy policy, int failures, double sample)
    {
        var n = Math.Max(1, failures);
        var seconds = policy.Backoff switch
        {
            BackoffKind.Fixed => policy.Base.TotalSeconds,
            BackoffKind.Linear => policy.Base.TotalSeconds * n,
            BackoffKind.Exponential => policy.Base.TotalSeconds * Math.Pow(policy.Factor, n - 1),
            BackoffKind.Polynomial => policy.Base.TotalSeconds * Math.Pow(n, policy.Factor),
            BackoffKind.List => policy.Delays.Count == 0 ? 0 : policy.Delays[Math.Min(n, policy.Delays.Count) - 1].TotalSeconds,
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        // 0 · ∞ is not a number: a base of zero waits not at all, however large the power.
        return Clamp(double.IsNaN(seconds) ? 0 : Spread(policy.Jitter, Math.Min(seconds, policy.Max.TotalSeconds), sample), policy.Max);
    }

    private static double Spread(Jitter jitter, double seconds, double sample) => jitter switch
    {
        Jitter.None => seconds,
        Jitter.Equal => seconds * (1 - EqualSpread + 2 * EqualSpread * sample),
        Jitter.Full => seconds * sample,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static TimeSpan Clamp(double seconds, TimeSpan max) =>
        seconds >= max.TotalSeconds ? max : TimeSpan.FromSeconds(Math.Max(0, seconds));
}
