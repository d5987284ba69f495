using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Queues;

namespace JobService.Storage.Tests.Stores;

public sealed class ClaimTests(TestStorage storage) : IClassFixture<TestStorage>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_of_several_days_are_claimed_together_each_with_its_body()
    {
        var queue = QueueName.Parse("days");
        await storage.MakeDaysAsync(-2);
        await storage.EnqueueAsync([.. Enumerable.Range(0, 9).Select(i => storage.NewJobOf(TimeSpan.FromDays(i % 3)) with { Queue = queue, Payload = new[] { (byte)('0' + i) } })]);

        var claims = (await storage.Claimer().ExchangeAsync([], await RequestAsync(queue), Cancellation)).Claims;

        Assert.Equal("012345678", string.Concat(claims.Select(claim => (char)claim.Payload.Span[0])));
    }

    [Fact]
    public async Task The_first_suspect_of_all_lanes_is_claimed_and_no_second_with_it()
    {
        var queue = QueueName.Parse("suspects");
        var jobs = Enumerable.Range(0, 10).Select(i => storage.NewJob() with { Queue = queue, Priority = new JobPriority(i) }).ToArray();
        await storage.EnqueueAsync(jobs);
        await storage.Database.ExecuteAsync("""
            INSERT INTO jobservice.lanes SELECT l.queue_id, l.rank + 100 FROM jobservice.lanes l JOIN jobservice.queues q ON q.id = l.queue_id WHERE q.name = 'suspects'
            """);
        await storage.Database.ExecuteAsync("""
            UPDATE jobservice.ready_jobs r SET rank = r.rank + 100, crashes = 2 FROM jobservice.queues q
            WHERE q.id = r.queue_id AND q.name = 'suspects' AND r.rank IN (2, 7)
            """);
        var (claimer, request) = (storage.Claimer(), await RequestAsync(queue));

        var first = (await claimer.ExchangeAsync([], request, Cancellation)).Claims;
        var none = (await claimer.ExchangeAsync([], request with { AllowSuspect = false }, Cancellation)).Claims;
        var second = (await claimer.ExchangeAsync([], request, Cancellation)).Claims;

        Assert.Equal((9, 1), (first.Count, first.Count(claim => claim.IsSuspect)));
        Assert.Empty(none);
        Assert.True(Assert.Single(second).IsSuspect);
    }

    private async Task<ClaimRequest> RequestAsync(QueueName queue) => new()
    {
        Worker = await storage.RegisterWorkerAsync(),
        MaxJobs = 100,
        Types = [JobType.Parse("demo.echo")],
        Queues = [queue.Name],
    };
}
