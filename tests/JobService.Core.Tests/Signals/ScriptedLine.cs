using System.Threading.Channels;
using JobService.Core.Signals;

namespace JobService.Core.Tests.Signals;

/// <summary>A line whose other end a test holds: it says what is heard, and takes what is sent, in order.</summary>
internal sealed class ScriptedLine : ISignalLine
{
    private readonly Channel<SignalKind> sent = Channel.CreateUnbounded<SignalKind>();
    private readonly TaskCompletionSource<Action<SignalKind>> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<SignalKind> NextAsync() => sent.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async Task SayAsync(SignalKind signal) => (await listening.Task)(signal);

    public Task SendAsync(SignalKind signal, CancellationToken cancellationToken) => sent.Writer.WriteAsync(signal, cancellationToken).AsTask();

    public Task ListenAsync(Action<SignalKind> heard, CancellationToken cancellationToken)
    {
        listening.TrySetResult(heard);
        return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }
}
