using JobService.Core.Claiming;

namespace JobService.Worker.Tests.Claiming;

public sealed class IdleTests : IDisposable
{
    private readonly ClaimBench bench = new();

    [Fact]
    public async Task An_idle_worker_looks_each_time_its_wait_runs_out_and_none_is_longer_than_a_second()
    {
        var store = new ScriptedClaimStore(_ => Exchange.Empty);
        var loop = bench.RunAsync(store);

        for (var looks = 1; looks <= 5; looks++)
        {
            var wait = await bench.Clock.NextWaitAsync();
            Assert.Equal(looks, store.Claims);
            Assert.InRange(wait, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
            bench.Clock.Advance(wait);
        }

        await bench.StopAsync(loop);
    }

    public void Dispose() => bench.Dispose();
}
