using JobService.Core.Errors;

namespace JobService.Core.Retries;

/// <summary>When a failed attempt is followed by another, and after what wait. Waiting never holds a slot.</summary>
public sealed record RetryPolicy
{
    /// <summary>Exponential from 10 s, doubling up to 1 h, ±10 %, 10 attempts: their 9 waits are 1.4 h in all.</summary>
    public static readonly RetryPolicy Default = new();

    public const int MaxAttemptsLimit = 1_000;
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(365);

    private const int MaxDelays = 100;
    private const int MaxGlobs = 32;
    private const int MaxGlobLength = 256;
    private static readonly TimeSpan LongestElapsed = TimeSpan.FromDays(3650);

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

    /// <summary>No retry starts later than this after the job was first due: up to ten years; null for no such bound.</summary>
    public TimeSpan? MaxElapsed { get; init; }

    /// <summary>Globs of the error types that are retried; default all.</summary>
    public IReadOnlyList<string> RetryOn { get; init; } = ["*"];

    /// <summary>Globs of the error types that fail the job at once; they win over <see cref="RetryOn"/>.</summary>
    public IReadOnlyList<string> FailOn { get; init; } = [];

    /// <summary>What is wrong with it; nothing where each member is within its range.</summary>
    /// <param name="at">The pointer to the policy.</param>
    public IEnumerable<Fault> Check(string at) => new[]
    {
        Fault.OutOfRange<int>(at + "/maxAttempts", MaxAttempts, 1, MaxAttemptsLimit),
        CheckDelay(at + "/base", Base),
        Fault.OutOfRange<double>(at + "/factor", Factor, 1, 100),
        CheckDelay(at + "/max", Max),
        Fault.OutOfRange(at + "/maxElapsed", MaxElapsed, TimeSpan.Zero, LongestElapsed, "from 0 to ten years (3650d)"),
    }.OfType<Fault>().Concat(CheckGlobs(at + "/retryOn", RetryOn)).Concat(CheckGlobs(at + "/failOn", FailOn)).Concat(CheckDelays(at + "/delays"));

    /// <summary>Whether they retry alike; lists are compared by what they hold.</summary>
    public bool Equals(RetryPolicy? other) => ReferenceEquals(this, other) || other is not null
        && (MaxAttempts, Backoff, Base, Factor, Max, Jitter, MaxElapsed) == (other.MaxAttempts, other.Backoff, other.Base, other.Factor, other.Max, other.Jitter, other.MaxElapsed)
        && Delays.SequenceEqual(other.Delays)
        && RetryOn.SequenceEqual(other.RetryOn, StringComparer.Ordinal)
        && FailOn.SequenceEqual(other.FailOn, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(MaxAttempts, Backoff, Base, Factor, Max, Jitter, MaxElapsed);

    private IEnumerable<Fault> CheckDelays(string at)
    {
        if (Backoff != BackoffKind.List)
            return Delays.Count > 0 ? [new Fault(at, "delays go with \"backoff\": \"list\" only.")] : [];
        return Delays.Count is >= 1 and <= MaxDelays
            ? Delays.Select((delay, i) => CheckDelay(FormattableString.Invariant($"{at}/{i}"), delay)).OfType<Fault>()
            : [new Fault(at, $"Expected 1 to {MaxDelays} durations, as \"backoff\" is \"list\".")];
    }

    private static Fault? CheckDelay(string pointer, TimeSpan delay) => Fault.OutOfRange(pointer, delay, TimeSpan.Zero, LongestDelay, "from 0 to 365 days");

    private static IEnumerable<Fault> CheckGlobs(string pointer, IReadOnlyList<string> globs)
    {
        if (globs.Count > MaxGlobs)
            yield return new Fault(pointer, $"Expected at most {MaxGlobs} globs.");
        for (var i = 0; i < globs.Count; i++)
        {
            if (globs[i].Length is 0 or > MaxGlobLength)
                yield return new Fault(FormattableString.Invariant($"{pointer}/{i}"), $"Expected a glob of 1 to {MaxGlobLength} characters.");
        }
    }
}
