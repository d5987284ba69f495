using JobService.Core.Errors;

namespace JobService.Core.Rates;

/// <summary>
/// How many jobs may start: in any time, however long, no more than are due in it and <see cref="Burst"/>. It is the generic cell rate
/// algorithm (ITU-T I.371, virtual scheduling), which keeps a single instant: when the next start would come if all came at an even pace.
/// </summary>
/// <param name="Limit">So many, 1 to 1,000,000 …</param>
/// <param name="Per">… in this time: 1 ms to 365 days.</param>
/// <param name="Burst">How many may start at once after a pause: 1 to 1,000,000.</param>
public sealed record RateLimit(int Limit, TimeSpan Per, int Burst)
{
    private const int Most = 1_000_000;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);
    private static readonly TimeSpan LongestBurst = TimeSpan.FromDays(36_525);

    /// <summary>From one start to the next at an even pace, in whole microseconds: rounded up, so that it is never faster than asked for.</summary>
    public TimeSpan Interval => TimeSpan.FromMicroseconds((Per.Ticks / TimeSpan.TicksPerMicrosecond + Limit - 1) / Limit);

    /// <summary>The burst of a rate that names none: what is due in a tenth of a second, or one.</summary>
    public static int DefaultBurst(int limit, TimeSpan per) => (int)Math.Clamp(limit * TimeSpan.FromMilliseconds(100) / per, 1, Most);

    /// <summary>What is wrong with it; nothing where each member is within its range.</summary>
    /// <param name="at">The pointer to it.</param>
    public IEnumerable<Fault> Check(string at) => new[]
    {
        Fault.OutOfRange<int>(at + "/limit", Limit, 1, Most),
        Fault.OutOfRange(at + "/per", Per, Shortest, Longest, "from 1ms to 365 days"),
        Fault.OutOfRange<int>(at + "/burst", Burst, 1, Most),
        Limit > 0 && (double)Burst * Per.Ticks / Limit > LongestBurst.Ticks ? new Fault(at + "/burst", "Expected a burst that is due within 100 years.") : null,
    }.OfType<Fault>();
}
