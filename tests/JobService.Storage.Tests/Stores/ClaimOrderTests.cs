using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Queues;

namespace JobService.Storage.Tests.Stores;

/// <summary>Of which queues claims take, and how much.</summary>
public sealed class ClaimOrderTests
{
    private static readonly QueueName High = QueueName.Parse("high");
    private static readonly QueueName Low = QueueName.Parse("low");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_queues_with_more_than_is_taken_get_shares_by_the_weights_they_were_set()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.Queues.SaveAsync(High, new QueueSettings { Weight = 3 }, Stop);
        await FillAsync(storage, High, 300);
        await FillAsync(storage, Low, 300);

        var claims = await ClaimAsync(storage, times: 20, await RequestAsync(storage, 10, "*"));

        Assert.InRange(claims.Count(claim => claim.Queue == High), 140, 160);
        Assert.Equal(200, claims.Count);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task So_do_queues_whose_jobs_name_keys(bool isOfHigh, bool isOfLow)
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.Queues.SaveAsync(High, new QueueSettings { Weight = 9 }, Stop);
        LimitKey[] keys = [.. Enumerable.Range(0, 3).Select(i => LimitKey.Parse($"of:{i}"))];
        await storage.EnqueueAsync([.. Enumerable.Range(0, 300).SelectMany(i => new[]
        {
            storage.NewJob() with { Queue = High, LimitKeys = isOfHigh ? [keys[i % 3]] : [] },
            storage.NewJob() with { Queue = Low, LimitKeys = isOfLow ? [keys[i % 3]] : [] },
        })]);

        // As a worker asks, for a few at a time as slots become free: it learns of lanes by its first looks.
        var (claimer, request) = (storage.Claimer(), await RequestAsync(storage, 4, "*"));
        await ClaimAsync(storage, times: 10, request, claimer);
        var claims = await ClaimAsync(storage, times: 50, request, claimer);

        Assert.InRange(claims.Count(claim => claim.Queue == High) / (double)claims.Count, 0.8, 0.97);
    }

    [Fact]
    public async Task A_worker_may_weigh_them_itself()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.Queues.SaveAsync(High, new QueueSettings { Weight = 100 }, Stop);
        await FillAsync(storage, High, 300);
        await FillAsync(storage, Low, 300);

        var claims = await ClaimAsync(storage, times: 20, await RequestAsync(storage, 10, new QueueSelection("high") { Weight = 1 }, new QueueSelection("*") { Weight = 4 }));

        Assert.InRange(claims.Count(claim => claim.Queue == Low), 150, 170);
    }

    [Fact]
    public async Task A_job_that_comes_to_a_queue_without_any_is_in_the_next_claim_whatever_waits_elsewhere()
    {
        await using var storage = await TestStorage.CreateAsync();
        var (claimer, request) = (storage.Claimer(), await RequestAsync(storage, 10, "*"));
        await FillAsync(storage, High, 1);
        await FillAsync(storage, Low, 300);
        await ClaimAsync(storage, times: 5, request, claimer);

        for (var round = 0; round < 5; round++)
        {
            await FillAsync(storage, High, 1);
            var claims = await ClaimAsync(storage, times: 1, request, claimer);
            Assert.Equal((1, 9), (claims.Count(claim => claim.Queue == High), claims.Count(claim => claim.Queue == Low)));
        }
    }

    [Fact]
    public async Task In_a_strict_order_a_queue_gets_nothing_while_one_before_it_has_jobs()
    {
        await using var storage = await TestStorage.CreateAsync();
        var (claimer, request) = (storage.Claimer(), await RequestAsync(storage, 10, "high", "low") with { Order = QueueOrder.Strict });
        await FillAsync(storage, Low, 100);
        await FillAsync(storage, High, 55);

        var first = await ClaimAsync(storage, times: 5, request, claimer);
        var both = await ClaimAsync(storage, times: 1, request, claimer);
        var low = await ClaimAsync(storage, times: 1, request, claimer);
        await FillAsync(storage, High, 10);
        var again = await ClaimAsync(storage, times: 1, request, claimer);

        Assert.All(first, claim => Assert.Equal(High, claim.Queue));
        Assert.Equal((50, 5, 5), (first.Count, both.Count(claim => claim.Queue == High), both.Count(claim => claim.Queue == Low)));
        Assert.All(low, claim => Assert.Equal(Low, claim.Queue));
        Assert.All(again, claim => Assert.Equal(High, claim.Queue));
        Assert.Equal(10, again.Count);
    }

    [Fact]
    public async Task No_claim_takes_more_of_a_selection_than_it_has_room_for_and_nothing_is_left_behind()
    {
        await using var storage = await TestStorage.CreateAsync();
        var claimer = storage.Claimer();
        var request = await RequestAsync(storage, 10, new QueueSelection("low.*") { MaxJobs = 3 }, "*");
        for (var priority = 0; priority < 10; priority++)
        {
            await FillAsync(storage, QueueName.Parse("low.a"), 6, priority);
            await FillAsync(storage, QueueName.Parse("low.b"), 3, priority);
        }

        await FillAsync(storage, High, 40);
        var claims = new List<Claim>();
        while (claims.Count < 130)
        {
            var claimed = await ClaimAsync(storage, times: 1, request, claimer);
            Assert.InRange(claimed.Count(claim => claim.Queue != High), 1, 3);
            claims.AddRange(claimed);
        }

        Assert.Equal(130, claims.Select(claim => claim.Id).Distinct().Count());
        Assert.All(
            claims.Where(claim => claim.Queue != High).GroupBy(claim => claim.Queue),
            queue => Assert.Equal(queue.Select(claim => claim.Priority.Value).OrderDescending(), queue.Select(claim => claim.Priority.Value)));
    }

    [Fact]
    public async Task A_suspect_takes_its_place_in_the_room_of_its_selection()
    {
        await using var storage = await TestStorage.CreateAsync();
        await FillAsync(storage, Low, 5);
        await storage.Database.ExecuteAsync("INSERT INTO jobservice.lanes SELECT queue_id, rank + 100 FROM jobservice.lanes");
        await storage.Database.ExecuteAsync("UPDATE jobservice.ready_jobs SET rank = rank + 100, crashes = 2 WHERE seq = (SELECT max(seq) FROM jobservice.ready_jobs)");
        var (claimer, request) = (storage.Claimer(), await RequestAsync(storage, 10, new QueueSelection("low") { MaxJobs = 2 }));

        var first = await ClaimAsync(storage, times: 1, request, claimer);
        var second = await ClaimAsync(storage, times: 1, request, claimer);

        Assert.Equal((2, 1), (first.Count, first.Count(claim => claim.IsSuspect)));
        Assert.Equal((2, 0), (second.Count, second.Count(claim => claim.IsSuspect)));
    }

    [Fact]
    public async Task A_selection_without_room_is_left_alone_and_no_other_takes_its_queues()
    {
        await using var storage = await TestStorage.CreateAsync();
        await FillAsync(storage, Low, 5);
        await FillAsync(storage, High, 2);

        var claims = await ClaimAsync(storage, times: 2, await RequestAsync(storage, 10, new QueueSelection("low") { MaxJobs = 0 }, "*"));

        Assert.Equal([High, High], claims.Select(claim => claim.Queue));
    }

    private static Task FillAsync(TestStorage storage, QueueName queue, int jobs, int priority = 5) =>
        storage.EnqueueAsync([.. Enumerable.Range(0, jobs).Select(_ => storage.NewJob() with { Queue = queue, Priority = new JobPriority(priority) })]);

    private static async Task<ClaimRequest> RequestAsync(TestStorage storage, int maxJobs, params QueueSelection[] queues) =>
        new() { Worker = await storage.RegisterWorkerAsync(), MaxJobs = maxJobs, Types = [JobType.Parse("demo.echo")], Queues = queues };

    private static async Task<IReadOnlyList<Claim>> ClaimAsync(TestStorage storage, int times, ClaimRequest request, IClaimStore? claimer = null)
    {
        claimer ??= storage.Claimer();
        var claims = new List<Claim>();
        for (; times > 0; times--)
            claims.AddRange((await claimer.ExchangeAsync([], request, Stop)).Claims);
        return claims;
    }
}
