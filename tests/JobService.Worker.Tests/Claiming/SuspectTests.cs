using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Timeouts;
using JobService.Worker.Tests.Execution;

namespace JobService.Worker.Tests.Claiming;

public sealed class SuspectTests : IDisposable
{
    private readonly ClaimBench bench = new();

    [Fact]
    public async Task While_a_suspect_runs_no_other_is_asked_for()
    {
        using var executor = new ExecutorBench(_ => { });
        var suspect = executor.NewClaim("""{"duration": "7d"}""") with
        {
            Type = JobType.Parse("demo.sleep"),
            Crashes = 2,

            // How far the clock is moved until the loop has asked thrice depends on the machine; the attempt must outlast it.
            Policies = new JobPolicies { Timeout = new() { Soft = TimeoutPolicy.Longest, Hard = TimeoutPolicy.Longest } },
        };
        var exchanges = 0;
        var store = new ScriptedClaimStore(_ => Interlocked.Increment(ref exchanges) == 1 ? new Exchange([], [suspect], []) : Exchange.Empty);
        var loop = bench.RunAsync(store, slotCount: 5);

        await bench.AdvanceUntilAsync(() => store.Claims >= 3);
        Assert.Equal([true, false, false], store.Requests.Take(3).Select(request => request.AllowSuspect));

        bench.Running.LoseAll();
        await bench.AdvanceUntilAsync(() => bench.Running.IsEmpty);
        var asked = store.Claims;
        await bench.AdvanceUntilAsync(() => store.Claims > asked + 1);
        Assert.True(store.Requests[^1].AllowSuspect);
        await bench.StopAsync(loop);
    }

    public void Dispose() => bench.Dispose();
}
