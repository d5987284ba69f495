using JobService.Core.Retries;

namespace JobService.Core.Storage.EntityFramework;

/// <summary>When a failed attempt is followed by another, as far as the caller says. A member that is null is left to the job's type, the routing rules and the defaults of <see cref="RetryPolicy"/>.</summary>
public sealed record NewJobRetry
{
    /// <summary>How many attempts may fail before the job does: 1–1000, default 10; 1 never retries.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>The shape of the waits; default exponential.</summary>
    public BackoffKind? Backoff { get; init; }

    /// <summary>The first wait: 0 to 365 days, default 10 s.</summary>
    public TimeSpan? Base { get; init; }

    /// <summary>The growth of exponential waits, or the exponent of polynomial ones: 1–100, default 2.</summary>
    public double? Factor { get; init; }

    /// <summary>No wait is longer: 0 to 365 days, default 1 h.</summary>
    public TimeSpan? Max { get; init; }

    /// <summary>The spread of the waits; default ±10 %.</summary>
    public Jitter? Jitter { get; init; }

    /// <summary>The waits of <see cref="BackoffKind.List"/>, 1–100 of them.</summary>
    public IReadOnlyList<TimeSpan>? Delays { get; init; }

    /// <summary>No retry starts later than this after the job was first due: up to ten years.</summary>
    public TimeSpan? MaxElapsed { get; init; }

    /// <summary>Globs of the error types that are retried; default all.</summary>
    public IReadOnlyList<string>? RetryOn { get; init; }

    /// <summary>Globs of the error types that fail the job at once.</summary>
    public IReadOnlyList<string>? FailOn { get; init; }
}
