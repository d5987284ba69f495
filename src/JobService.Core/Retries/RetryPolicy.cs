namespace JobService.Core.Retries;

/// <summary>When a failed attempt is followed by another, and after what wait. Waiting never holds a slot.</summary>
public sealed record RetryPolicy
{
    /// <summary>Exponential from 10 s, doubling up to 1 h, ±10 %, 10 attempts: their 9 waits are 1.4 h in all.</summary>
    public static readonly RetryPolicy Default = new();

    public const int MaxAttemptsLimit = 1_000;
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(365);

    /// <summary>How many attempts may fail before the job does: 1–1000, default 10; 1 never retries.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>The shape of the waits; default exponential.</summary>
    public BackoffKind Backoff { get; init; } = BackoffKind.Exponential;

    /// <summary>The first wait: 0 to 365 days, default 10 s.</summary>
    public TimeSpan Base { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The growth of exponential waits, or the exponent of polynomial ones: 1–100, default 2.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>No wait is longer: 0 to 365 days, default 1 h. It also bounds a delay that a handler names.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The spread of the waits; default ±10 %.</summary>
    public Jitter Jitter { get; init; } = Jitter.Equal;

    /// <summary>The waits of <see cref="BackoffKind.List"/>, 1–100 of them; empty otherwise.</summary>
    public IReadOnlyList<TimeSpan> Delays { get; init; } = [];

    /// <summary>No retry starts later than this after the job was first due; null for no such bound.</summary>
    public TimeSpan? MaxElapsed { get; init; }

    /// <summary>Globs of the error types that are retried; default all.</summary>
    public IReadOnlyList<string> RetryOn { get; init; } = ["*"];

    /// <summary>Globs of the error types that fail the job at once; they win over <see cref="RetryOn"/>.</summary>
    public IReadOnlyList<string> FailOn { get; init; } = [];
}
