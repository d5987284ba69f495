using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Storage.Stores;

namespace JobService.Storage.Tests.Stores;

/// <summary>What a worker knows of lanes of limited jobs while several of its claims are under way.</summary>
public sealed class LimitedDirectoryTests
{
    private const int QueueId = 1;
    private const int TypeId = 2;
    private static readonly LaneSettings None = LaneSettings.None with { Version = 1 };
    private static readonly ClaimRequest Request = new() { Worker = new WorkerId(1), MaxJobs = 1, Types = [JobType.Parse("demo.echo")] };

    private readonly LimitedDirectory directory = new(new LaneDirectory(TimeProvider.System));

    [Fact]
    public void A_lane_that_jobs_came_to_since_a_claim_looked_is_not_forgotten_when_that_claim_found_none()
    {
        Begin(None);
        var lane = Hear();
        Assert.Equal([lane], directory.Select(Request));

        Hear();
        directory.PutBack(lane);
        directory.Empty(lane);
        Assert.Equal([lane], directory.Select(Request));

        directory.PutBack(lane);
        directory.Empty(lane);
        Assert.Empty(directory.Select(Request));
        Assert.Empty(directory.Known());
    }

    [Fact]
    public void A_lane_gets_the_key_of_its_queue_and_its_type_when_they_are_limited_and_loses_it_again()
    {
        Begin(None);
        var before = Hear();
        Assert.Equal([before], directory.Select(Request));

        Begin(None with { Version = 2, LimitedQueues = new Dictionary<int, int> { [QueueId] = 9 }, LimitedTypes = new Dictionary<int, int> { [TypeId] = 7 } });
        var limited = Assert.Single(directory.Select(Request));
        Assert.Equal([5, 7, 9], limited.KeyIds);

        // The claim that had it in hand by other settings has found nothing.
        directory.Empty(before);
        Assert.Equal([(-3, (short)0)], directory.Known());

        directory.PutBack(limited);
        Begin(None with { Version = 3 });
        Assert.Equal([5], Assert.Single(directory.Select(Request)).KeyIds);
    }

    [Fact]
    public void What_was_closed_is_looked_at_again_by_other_settings()
    {
        Begin(None);
        var lane = Hear();
        directory.Close(lane, TimeSpan.FromHours(1), keyIds: [5]);
        Begin(None);
        Assert.Empty(directory.Select(Request));

        Begin(None with { Version = 2 });

        Assert.Equal([lane], directory.Select(Request));
    }

    private void Begin(LaneSettings settings) => directory.Begin(settings, new Dictionary<int, int> { [QueueId] = 0 });

    private LimitedLane Hear()
    {
        var lane = directory.MeetNamed(place: -3, rank: 0, QueueId, TypeId, named: [5]);
        LimitedDirectory.Hear(lane);
        return lane;
    }
}
