using JobService.Core.Errors;

namespace JobService.Core.Timeouts;

/// <summary>
/// How long one attempt may take. At the soft limit the handler's token fires and it may clean up; at the hard limit the lease
/// is revoked, the attempt counts as timed out and whatever the handler still returns is stale. Both are always finite.
/// </summary>
public sealed record TimeoutPolicy
{
    public static readonly TimeSpan DefaultSoft = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>5 min, and 30 s of grace.</summary>
    public static readonly TimeoutPolicy Default = new();

    /// <summary>After this the handler's token fires: 1 ms to 7 days, default 5 min.</summary>
    public TimeSpan Soft { get; init; } = DefaultSoft;

    /// <summary>After this the attempt is given up: from the soft limit to 7 days, default the soft limit + 30 s.</summary>
    public TimeSpan Hard { get; init; } = DefaultSoft + DefaultGrace;

    /// <summary>Completes what is given: either limit implies the other, with the default grace between them; neither is the default.</summary>
    /// <param name="soft">From 1 ms to 7 days.</param>
    /// <param name="hard">From the soft limit to 7 days.</param>
    /// <param name="softAt">The pointer to the soft limit.</param>
    /// <param name="hardAt">The pointer to the hard one.</param>
    /// <returns>Refused with a fault for each limit that is wrong.</returns>
    public static Result<TimeoutPolicy> Of(TimeSpan? soft, TimeSpan? hard, string softAt, string hardAt)
    {
        var faults = new[] { CheckLimit(softAt, soft), CheckLimit(hardAt, hard) }.OfType<Fault>().ToList();
        if (faults.Count == 0 && hard < soft)
            faults.Add(new Fault(hardAt, "Expected the hard limit to be no shorter than the soft one."));
        if (faults.Count > 0)
            return new Refusal.Invalid(faults);

        return (soft, hard) switch
        {
            ({ } s, { } h) => new TimeoutPolicy { Soft = s, Hard = h },
            ({ } s, null) => new TimeoutPolicy { Soft = s, Hard = Shorter(s + DefaultGrace, Longest) },
            (null, { } h) => new TimeoutPolicy { Soft = h - Shorter(DefaultGrace, h / 2), Hard = h },
            (null, null) => Default,
        };
    }

    /// <summary>
    /// The limits of an attempt that begins with so much <paramref name="left"/> of the job's whole life; the grace stays. Never longer than
    /// <see cref="Longest"/>, whoever stored the policy: no timer runs for ever.
    /// </summary>
    public TimeoutPolicy Within(TimeSpan? left)
    {
        if (Hard > Longest)
            return new TimeoutPolicy { Soft = Soft < Longest ? Soft : Longest, Hard = Longest }.Within(left);
        if (left is not { } end || end >= Soft)
            return this;
        var soft = end > TimeSpan.Zero ? end : TimeSpan.Zero;
        return new TimeoutPolicy { Soft = soft, Hard = soft + (Hard - Soft) };
    }

    private static Fault? CheckLimit(string pointer, TimeSpan? given) => Fault.OutOfRange(pointer, given, Shortest, Longest, "from 1 ms to 7 days");

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
