using JobService.Core.Claiming;
using JobService.Core.Leases;
using JobService.Worker.Leasing;
using JobService.Worker.Tests.Execution;

namespace JobService.Worker.Tests.Claiming;

public sealed class LostLeaseTests : IDisposable
{
    private readonly ClaimBench bench = new();

    [Fact]
    public async Task What_ended_before_the_lease_was_lost_is_sent_and_then_the_rest_is_given_back()
    {
        var store = new ScriptedClaimStore(_ => Exchange.Empty);
        bench.Completions.Add(ClaimBench.Success(7));
        var loop = bench.RunAsync(store, new WorkerLease(new WorkerId(2), previous: new WorkerId(1)));

        await bench.Clock.NextWaitAsync();
        await bench.StopAsync(loop);

        Assert.Equal(["end 7", "disown 1", "claim"], store.Calls.Take(3));
        Assert.Equal(1, store.Disowns);
    }

    [Fact]
    public async Task Giving_back_is_tried_until_it_is_done()
    {
        var tries = 0;
        var store = new ScriptedClaimStore(_ => ++tries == 1 ? throw new LostAnswerException() : Exchange.Empty);
        bench.Completions.Add(ClaimBench.Success(7));
        var loop = bench.RunAsync(store, new WorkerLease(new WorkerId(2), previous: new WorkerId(1)));

        await bench.AdvanceUntilAsync(() => store.Calls.Contains("disown 1"));
        await bench.StopAsync(loop);

        Assert.Equal(["end 7", "end 7", "disown 1"], store.Calls.Take(3));
    }

    [Fact]
    public async Task What_is_claimed_while_the_lease_is_lost_is_not_begun()
    {
        var lease = new WorkerLease(new WorkerId(1));
        using var executor = new ExecutorBench(_ => { });
        var claim = executor.NewClaim();
        var store = new ScriptedClaimStore(_ =>
        {
            lease.Lose();
            return new Exchange([], [claim], []);
        });

        await bench.RunAsync(store, lease);

        Assert.True(bench.Running.IsEmpty);
        Assert.True(bench.Completions.IsEmpty);
    }

    public void Dispose() => bench.Dispose();
}
