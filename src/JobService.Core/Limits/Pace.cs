using JobService.Core.Rates;

namespace JobService.Core.Limits;

/// <summary>Where the starts of a key stand by its rate limit.</summary>
/// <param name="Interval">See <see cref="RateLimit.Interval"/>.</param>
/// <param name="Burst">See <see cref="RateLimit.Burst"/>.</param>
/// <param name="NextStartAt">When the next start would come at an even pace; null before the first.</param>
internal readonly record struct Pace(TimeSpan Interval, int Burst, DateTimeOffset? NextStartAt)
{
    /// <summary>How many jobs may start at an instant.</summary>
    public int Allowed(DateTimeOffset now)
    {
        var next = NextStartAt > now ? NextStartAt.Value : now;
        var ahead = (now - next).Ticks + Burst * Interval.Ticks;
        return ahead <= 0 ? 0 : (int)Math.Min(Burst, ahead / Interval.Ticks);
    }

    /// <summary>The first instant at which one may start.</summary>
    public DateTimeOffset OpensAt(DateTimeOffset now)
    {
        var opens = NextStartAt is { } next ? next - (Burst - 1) * Interval : now;
        return opens > now ? opens : now;
    }

    /// <summary>Where it stands once so many have started.</summary>
    public Pace After(int starts, DateTimeOffset now) => this with { NextStartAt = (NextStartAt > now ? NextStartAt.Value : now) + starts * Interval };
}
