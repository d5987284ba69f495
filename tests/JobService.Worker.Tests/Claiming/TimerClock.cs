using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Worker.Tests.Claiming;

/// <summary>A clock that stands still until it is moved, and tells of each wait that begins by it.</summary>
internal sealed class TimerClock : FakeTimeProvider
{
    private readonly Channel<TimeSpan> waits = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>How long whoever waits next would wait.</summary>
    public ValueTask<TimeSpan> NextWaitAsync() => waits.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero)
            waits.Writer.TryWrite(dueTime);
        return timer;
    }
}
