using System.Diagnostics;

namespace JobService.Bench.Children;

/// <summary>
/// When the first handler of this process began, and when the last end was durable. Its times are of the machine's monotonic clock, which
/// all processes share, so those of two workers can be laid side by side.
/// </summary>
internal sealed class DrainClock
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long first;
    private long last;
    private long ended;
    private long target = long.MaxValue;

    public long First => Volatile.Read(ref first);

    public long Last => Volatile.Read(ref last);

    public long Ended => Volatile.Read(ref ended);

    /// <summary>Completes when so many jobs have ended.</summary>
    public Task After(long jobs)
    {
        target = jobs;
        return reached.Task;
    }

    public void Began()
    {
        if (Volatile.Read(ref first) == 0)
            Interlocked.CompareExchange(ref first, Stopwatch.GetTimestamp(), 0);
    }

    /// <summary>So many ends are committed.</summary>
    public void Durable(int count)
    {
        Volatile.Write(ref last, Stopwatch.GetTimestamp());
        if (Interlocked.Add(ref ended, count) >= target)
            reached.TrySetResult();
    }
}
