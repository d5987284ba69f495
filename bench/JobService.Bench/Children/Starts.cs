using System.Diagnostics;
using System.Threading.Channels;

namespace JobService.Bench.Children;

/// <summary>When handlers started, by the machine's monotonic clock.</summary>
internal sealed class Starts
{
    private readonly Channel<long> starts = Channel.CreateUnbounded<long>();

    public void Started() => starts.Writer.TryWrite(Stopwatch.GetTimestamp());

    public Task<long> NextAsync() => starts.Reader.ReadAsync().AsTask();
}
