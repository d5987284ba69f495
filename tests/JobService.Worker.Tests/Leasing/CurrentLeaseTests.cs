using JobService.Core.Leases;
using JobService.Worker.Leasing;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Worker.Tests.Leasing;

public sealed class CurrentLeaseTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void A_worker_judges_others_from_its_first_lease_on_and_nobody_without_one()
    {
        var current = new CurrentLease(clock);
        Assert.False(current.MayJudgeOthers);

        current.Lease = new WorkerLease(new WorkerId(1));

        Assert.True(current.MayJudgeOthers);
    }

    [Fact]
    public void From_the_loss_of_its_lease_on_it_judges_nobody()
    {
        var current = new CurrentLease(clock) { Lease = new WorkerLease(new WorkerId(1)) };

        current.Lease.Lose();

        Assert.False(current.MayJudgeOthers);
    }

    [Fact]
    public void Under_the_next_lease_it_leaves_the_others_as_long_as_a_lease_lasts_to_come_back()
    {
        var current = new CurrentLease(clock) { Lease = new WorkerLease(new WorkerId(1)) };
        clock.Advance(TimeSpan.FromHours(1));

        current.Lease = new WorkerLease(new WorkerId(2), previous: new WorkerId(1));

        Assert.False(current.MayJudgeOthers);
        clock.Advance(LeaseKeeper.Lease - Moment);
        Assert.False(current.MayJudgeOthers);
        clock.Advance(Moment);
        Assert.True(current.MayJudgeOthers);
    }
}
