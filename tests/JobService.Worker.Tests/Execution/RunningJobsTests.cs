using JobService.Core.Leases;
using JobService.Worker.Execution;

namespace JobService.Worker.Tests.Execution;

public sealed class RunningJobsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_drain_asks_every_handler_to_stop_also_one_that_begins_after_it(bool isLate)
    {
        using var bench = new ExecutorBench(_ => { });
        var claim = bench.NewClaim();
        using var deadline = new JobDeadline(claim, bench.Clock, _ => { }, attempt: null);
        var asked = new TaskCompletionSource();
        using var asking = deadline.Token.Register(asked.SetResult);
        var running = new RunningJobs();

        if (isLate)
            running.Drain(TimeSpan.FromSeconds(1));
        running.Enter(claim.Id, claim.Token, claim.IsSuspect, deadline);
        if (!isLate)
            running.Drain(TimeSpan.FromSeconds(1));
        bench.Clock.Advance(TimeSpan.FromSeconds(1));

        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Waiting_for_the_last_ends_when_it_leaves()
    {
        using var bench = new ExecutorBench(_ => { });
        var (first, last) = (bench.NewClaim(), bench.NewClaim() with { Token = new LeaseToken(99) });
        using var deadline = new JobDeadline(first, bench.Clock, _ => { }, attempt: null);
        var running = new RunningJobs();
        running.Enter(first.Id, first.Token, isSuspect: false, deadline);
        running.Enter(last.Id, last.Token, isSuspect: false, deadline);

        var waiting = running.WaitUntilEmptyAsync();
        running.Leave(first.Token);
        Assert.False(waiting.IsCompleted);
        running.Leave(last.Token);

        await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await running.WaitUntilEmptyAsync();
    }
}
