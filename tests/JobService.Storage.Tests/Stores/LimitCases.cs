using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Limits;

namespace JobService.Storage.Tests.Stores;

/// <summary>Jobs with keys, limits of these, and whoever claims them.</summary>
public abstract class LimitCases(TestStorage storage) : IClassFixture<TestStorage>, IAsyncLifetime
{
    private readonly List<WorkerId> workers = [];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected TestStorage Storage => storage;

    protected WorkerId Worker => workers[0];

    public async ValueTask InitializeAsync() => workers.Add(await storage.RegisterWorkerAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected static LimitPattern Pattern(string text) => LimitPattern.TryParse(text, out var pattern) ? pattern : throw new FormatException(text);

    protected NewJob Of(JobType type, int priority, params string[] keys) =>
        storage.NewJob() with { Type = type, Priority = new JobPriority(priority), LimitKeys = [.. keys.Select(LimitKey.Parse)] };

    protected static JobType NewType() => JobType.Parse($"t.{Guid.NewGuid():n}");

    protected static ClaimRequest Request(WorkerId worker, JobType type, int slots) => new() { Worker = worker, MaxJobs = slots, Types = [type] };

    protected Task LimitAsync(string pattern, int maxRunning) => LimitAsync(new LimitSettings { MaxRunning = maxRunning }, pattern);

    protected async Task LimitAsync(LimitSettings settings, string pattern) =>
        Assert.False((await storage.Limits.SaveAsync(Pattern(pattern), settings, Cancellation)).IsRefused(out _, out _));

    protected async Task<JobType> EnqueueAsync(int count, string key)
    {
        var type = NewType();
        await EnqueueAsync(count, type, key);
        return type;
    }

    protected Task EnqueueAsync(int count, JobType type, params string[] keys) => storage.EnqueueAsync(
        [.. Enumerable.Range(0, count).Select(_ => storage.NewJob() with { Type = type, LimitKeys = [.. keys.Select(LimitKey.Parse)] })]);

    protected Task<IReadOnlyList<Claim>> ClaimAsync(IClaimStore claimer, JobType type, IReadOnlyList<Claim>? done = null, int slots = 10) =>
        ClaimAsync(claimer, Worker, type, done ?? [], slots);

    /// <summary>As a claim loop does it: again, where there is more to be had at once.</summary>
    protected static async Task<IReadOnlyList<Claim>> ClaimAsync(IClaimStore claimer, WorkerId worker, JobType type, IReadOnlyList<Claim> done, int slots)
    {
        IReadOnlyList<JobTransition> ended = [.. done.Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null))];
        var claims = new List<Claim>();
        while (true)
        {
            var exchange = await claimer.ExchangeAsync(ended, Request(worker, type, slots - claims.Count), Cancellation);
            Assert.Empty(exchange.Stale);
            claims.AddRange(exchange.Claims);
            ended = [];
            if (!exchange.Outlook.IsMoreReady || claims.Count == slots)
                return claims;
        }
    }
}
