using JobService.Core.Leases;
using JobService.Worker.Leasing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Worker.Tests.Leasing;

public sealed class LeaseKeeperTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_renewal_that_hangs_does_not_let_handlers_run_past_the_lease()
    {
        var clock = new FakeTimeProvider();
        var line = new BlockedLine();
        var lease = new WorkerLease(new WorkerId(1));
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var told = lease.Lost.Register(lost.SetResult);
        using var keeper = new LeaseKeeper(line, lease, clock, NullLogger<LeaseKeeper>.Instance);
        try
        {
            await line.Blocked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.False(lease.Lost.IsCancellationRequested);

            clock.Advance(LeaseKeeper.Lease - Margin);

            await lost.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        finally
        {
            line.Release();
        }
    }

    [Fact]
    public async Task A_renewal_that_hangs_keeps_no_worker_from_beginning_anew()
    {
        var line = new BlockedLine();
        var lease = new WorkerLease(new WorkerId(1));
        var keeper = new LeaseKeeper(line, lease, new FakeTimeProvider(), NullLogger<LeaseKeeper>.Instance);
        await line.Blocked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        await Task.Run(keeper.Dispose, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        line.Release();
    }
}
