using JobService.Core.Queues;

namespace JobService.Core.Tests.Queues;

public sealed class QueueStatisticsTests
{
    [Theory]
    [InlineData(0, -1, 0.0)]
    [InlineData(100, 2, 50.0)]
    [InlineData(100, 3, 34.0)]
    [InlineData(100, 0, null)]
    [InlineData(100, -5, null)]
    [InlineData(long.MaxValue, 0.001, null)]
    public void A_queue_drains_as_its_queued_jobs_become_fewer(long queued, double perSecond, double? seconds)
    {
        var queue = new QueueStatistics
        {
            Queue = new Queue { Name = QueueName.Default, Settings = new QueueSettings(), Pause = null, CreatedAt = default, UpdatedAt = default },
            Depth = new QueueDepth(Blocked: 7, Scheduled: 7, queued, Running: 7, Retrying: 7),
            OldestWait = null,
            InPerSecond = 1_000,
            OutPerSecond = 1,
            DrainPerSecond = perSecond,
            Workers = 1,
        };

        Assert.Equal(seconds, queue.EstimatedDrain?.TotalSeconds);
    }
}
