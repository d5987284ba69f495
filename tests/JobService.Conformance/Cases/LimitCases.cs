using JobService.Conformance.Stores;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Rates;

namespace JobService.Conformance.Cases;

/// <summary>What limits let through.</summary>
public abstract class LimitCases(Func<Task<StoreUnderTest>> create) : StoreCases(create)
{
    [Fact]
    public async Task As_many_of_each_key_run_as_its_limit_says_and_another_once_one_has_ended()
    {
        await LimitAsync("tenant:*", new LimitSettings { MaxRunning = 2 });
        await EnqueueAsync(3, "tenant:1");
        await EnqueueAsync(3, "tenant:2");
        var worker = await Store.RegisterAsync();

        var claims = await ClaimAllAsync(worker);
        Assert.Equal(4, claims.Count);
        Assert.True(await Store.ApplyAsync(JobTransition.Succeed(claims[0].Id, claims[0].Token, result: null)));

        Assert.Single(await ClaimAllAsync(worker));
    }

    [Fact]
    public async Task A_job_needs_room_under_each_of_its_keys()
    {
        await LimitAsync("wide", new LimitSettings { MaxRunning = 3 });
        await LimitAsync("narrow", new LimitSettings { MaxRunning = 1 });
        await EnqueueAsync(3, "wide", "narrow");
        await EnqueueAsync(3, "wide");

        Assert.Equal(3, (await ClaimAllAsync(await Store.RegisterAsync())).Count);
    }

    [Fact]
    public async Task A_limit_counts_what_ran_before_it_was_set_and_lets_all_through_once_it_is_gone()
    {
        var queue = LimitKey.Of(QueueName.Default).Text;
        await EnqueueAsync(1);
        var worker = await Store.RegisterAsync();
        await ClaimAllAsync(worker);
        await LimitAsync(queue, new LimitSettings { MaxRunning = 2 });
        await EnqueueAsync(3);

        Assert.Single(await ClaimAllAsync(worker));
        Assert.Null((await Store.Limits.DeleteAsync(Pattern(queue), Cancellation)).Refusal);
        Assert.Equal(2, (await ClaimAllAsync(worker)).Count);
    }

    [Fact]
    public async Task Of_a_rate_the_burst_starts_at_once_and_then_one_with_each_interval()
    {
        await LimitAsync("paced", new LimitSettings { Rate = new RateLimit(6, TimeSpan.FromHours(1), Burst: 3) });
        await EnqueueAsync(10, "paced");
        var worker = await Store.RegisterAsync();

        var counts = new List<int>();
        foreach (var minutes in new[] { 0, 9, 2, 10, 40 })
        {
            await Store.AdvanceAsync(TimeSpan.FromMinutes(minutes));
            counts.Add((await ClaimAllAsync(worker)).Count);
        }

        Assert.Equal([3, 0, 1, 1, 3], counts);
    }

    [Fact]
    public async Task Of_several_limits_the_keys_own_holds_else_the_longest_it_begins_with()
    {
        await LimitAsync("deep:*", new LimitSettings { MaxRunning = 1 });
        await LimitAsync("deep:a*", new LimitSettings { MaxRunning = 2 });
        await LimitAsync("deep:ab", new LimitSettings { MaxRunning = 3 });
        var worker = await Store.RegisterAsync();

        foreach (var (key, expected) in new[] { ("deep:x", 1), ("deep:ax", 2), ("deep:ab", 3) })
        {
            await EnqueueAsync(4, key);
            Assert.Equal(expected, (await ClaimAllAsync(worker)).Count);
        }
    }

    [Fact]
    public async Task What_is_of_a_paused_key_or_queue_waits_until_it_goes_on()
    {
        await LimitAsync("idle", new LimitSettings { IsPaused = true });
        await EnqueueAsync(1, "idle");
        await Store.PauseAsync(QueueName.Default);
        await EnqueueAsync(1);
        var worker = await Store.RegisterAsync();
        Assert.Empty(await ClaimAllAsync(worker));

        await Store.ResumeAsync(QueueName.Default);
        Assert.Single(await ClaimAllAsync(worker));
        await LimitAsync("idle", new LimitSettings());
        Assert.Single(await ClaimAllAsync(worker));
    }

    private static LimitPattern Pattern(string text) => LimitPattern.TryParse(text, out var pattern) ? pattern : throw new FormatException(text);

    private async Task LimitAsync(string pattern, LimitSettings settings) => Assert.Null((await Store.Limits.SaveAsync(Pattern(pattern), settings, Cancellation)).Refusal);

    private async Task EnqueueAsync(int count, params string[] keys) =>
        await Store.Jobs.EnqueueAsync([.. Enumerable.Range(0, count).Select(_ => Store.NewJob() with { LimitKeys = [.. keys.Select(LimitKey.Parse)] })], Cancellation);

    /// <summary>As a worker does that has room for all.</summary>
    private async Task<IReadOnlyList<Claim>> ClaimAllAsync(WorkerId worker)
    {
        var request = new ClaimRequest { Worker = worker, MaxJobs = 100, Types = [StoreUnderTest.Type] };
        var claims = new List<Claim>();
        Exchange exchange;
        var rounds = 0;
        do
        {
            Assert.InRange(++rounds, 1, 20);
            exchange = await Store.Claims.ExchangeAsync([], request, Cancellation);
            claims.AddRange(exchange.Claims);
        }
        while (exchange.Claims.Count > 0 || exchange.Outlook.IsMoreReady);

        return claims;
    }
}
