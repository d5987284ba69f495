using JobService.Core.Jobs;
using JobService.Core.Queues;

namespace JobService.Storage.Tests.Reading;

/// <summary>Where a job stands in its queue: among all that wait in it, whatever limit keys they have.</summary>
public sealed class PositionTests(TestStorage storage) : IClassFixture<TestStorage>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_with_keys_and_without_count_for_each_other()
    {
        var ids = await storage.EnqueueAsync(
            Job("mixed"), Job("mixed", "tenant:1"), Job("mixed", "tenant:2"), Job("mixed", "tenant:1"), Job("mixed"), Job("elsewhere"), Job("elsewhere", "tenant:1"));

        Assert.Equal([0, 1, 2, 3, 4, 0, 1], await AheadAsync(ids));
    }

    [Fact]
    public async Task Priority_comes_before_age_in_the_whole_queue()
    {
        var ids = await storage.EnqueueAsync(
            Job("ranked") with { Priority = new JobPriority(1) },
            Job("ranked", "tenant:1"),
            Job("ranked") with { Priority = new JobPriority(9) },
            Job("ranked", "tenant:2") with { Priority = new JobPriority(9) },
            Job("ranked") with { Delay = TimeSpan.FromHours(1) });

        Assert.Equal([3, 2, 0, 1, null], await AheadAsync(ids));
    }

    [Fact]
    public async Task What_was_not_counted_is_told()
    {
        var ids = await storage.EnqueueAsync(Job("long", "tenant:1"), Job("long"), Job("long"), Job("long"), Job("long", "tenant:2"), Job("long", "tenant:3"));

        Assert.Equal(new JobPosition(2, IsPartial: true), await storage.Queries.PositionAsync(ids[^1], 2, Cancellation));
        Assert.Equal(new JobPosition(5, IsPartial: false), await storage.Queries.PositionAsync(ids[^1], 6, Cancellation));

        // The first job stands before all others, but of three sets of keys only two were looked at.
        Assert.Equal(new JobPosition(0, IsPartial: true), await storage.Queries.PositionAsync(ids[0], 2, Cancellation));
        Assert.Equal(new JobPosition(0, IsPartial: false), await storage.Queries.PositionAsync(ids[0], 4, Cancellation));
    }

    private async Task<IReadOnlyList<int?>> AheadAsync(IReadOnlyList<JobId> ids)
    {
        var ahead = new List<int?>();
        foreach (var id in ids)
            ahead.Add((await storage.Queries.PositionAsync(id, 100, Cancellation))?.Ahead);
        return ahead;
    }

    private NewJob Job(string queue, params string[] keys) => storage.NewJob() with { Queue = QueueName.Parse(queue), LimitKeys = [.. keys.Select(LimitKey.Parse)] };
}
