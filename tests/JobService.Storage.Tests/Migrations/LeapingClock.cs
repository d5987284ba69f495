namespace JobService.Storage.Tests.Migrations;

/// <summary>Whoever waits by it goes on at once, an hour later.</summary>
internal sealed class LeapingClock : TimeProvider
{
    private long leaps;

    public override long GetTimestamp() => base.GetTimestamp() + (Interlocked.Read(ref leaps) * 3600 * TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref leaps);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
