using System.Globalization;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Storage.Tests.Gates;

/// <summary>
/// What the hot path reads while jobs of several days wait, run and have ended, by PostgreSQL's own counters: no table from end to
/// end, of the indexes no more than a few entries a job, and nothing of a day that no job is of. Where HotPlanTests pins the plans of
/// statements by name, this holds whatever the stores send.
/// </summary>
public sealed class HotReadTests
{
    /// <summary>One, as each row is looked up once, and one to spare.</summary>
    private const int MaxEntries = 2;

    private const int Jobs = 60;
    private const int Others = 1_000;
    private static readonly TimeSpan[] Days = [TimeSpan.Zero, TimeSpan.FromDays(1), TimeSpan.FromDays(2), TimeSpan.FromDays(3)];
    private static readonly AttemptError Error = new("demo.failed", "It failed.");

    /// <summary>What the planner knows: nothing, what it is told by ANALYZE, or that large files hold next to nothing, as a VACUUM in a quiet moment tells it.</summary>
    public static TheoryData<string> Statistics => ["", "ANALYZE", "VACUUM"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Statistics))]
    public async Task Enqueue_claim_and_every_end_read_a_few_entries_a_job_and_only_the_days_of_their_jobs(string statistics)
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.MakeDaysAsync(-3, -2);
        await using var counted = await CountedConnection.OpenAsync(storage);
        var request = new ClaimRequest { Worker = await storage.RegisterWorkerAsync(), MaxJobs = Jobs, Types = [JobType.Parse("demo.echo")] };
        var claimer = counted.Claimer(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        if (statistics is "VACUUM")
        {
            await RunNearlyAllAsync(storage, request with { MaxJobs = 5 * Others });
            await storage.Database.ExecuteAsync(statistics);
        }

        // Of each day: jobs that have ended, that run elsewhere, and that wait in a lane of their own behind all others.
        foreach (var day in Days)
            await FillAsync(storage, request with { MaxJobs = Others }, day);
        if (statistics is "ANALYZE")
            await storage.Database.ExecuteAsync(statistics);

        // Three rounds: in the second, the claims are of the day that the claimer last saw, so that their bodies come with them.
        TimeSpan[] rounds = [Days[0], Days[0], Days[^1]];

        // By then every statement is prepared and planned.
        for (var i = 0; i < 3; i++)
        {
            foreach (var ago in rounds)
                await RoundAsync(ago);
        }

        await counted.SettleAsync();
        foreach (var ago in rounds)
        {
            var day = DateTimeOffset.MinValue;
            var reads = await counted.CountAsync(async () => day = await RoundAsync(ago));
            AssertFew(reads, day.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        }

        async Task<DateTimeOffset> RoundAsync(TimeSpan ago)
        {
            await counted.Jobs().EnqueueAsync([.. Enumerable.Range(0, Jobs).Select(_ => NewJob(storage, ago))], Stop);
            var claims = (await claimer.ExchangeAsync([], request, Stop)).Claims;
            Assert.Equal(Jobs, claims.Count);
            Assert.Empty((await claimer.ExchangeAsync([.. claims.Select((claim, i) => EndOf(claim, i))], request: null, Stop)).Stale);
            return claims[0].Id.MadeAt;
        }
    }

    private static void AssertFew(IReadOnlyDictionary<string, TableReads> reads, string day)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', reads.Select(table => $"{table.Key}: {table.Value}")));
        Assert.Contains($"jobs_{day}", reads.Keys);
        Assert.All(reads, table =>
        {
            // Of the settings of claims and of the lanes there are a few rows, which each claim reads once.
            Assert.InRange(table.Value.Scans, 0, table.Key is "claim_settings" or "lanes" ? 1 : 0);
            Assert.InRange(table.Value.IndexRows, 0, MaxEntries * Jobs);
            if (table.Key.Any(char.IsAsciiDigit))
                Assert.EndsWith(day, table.Key, StringComparison.Ordinal);
        });
    }

    /// <summary>In all the ways there are but back to the lane.</summary>
    private static JobTransition EndOf(Claim claim, int i) => (i % 10) switch
    {
        0 => JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, Error, TimeSpan.FromHours(1)),
        1 => JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, Error, "attempts"),
        2 => JobTransition.Snooze(claim.Id, claim.Token, TimeSpan.FromHours(1)),
        3 => JobTransition.Expire(claim.Id, claim.Token, "expired"),
        4 => JobTransition.Cancel(claim.Id, claim.Token, "why"),
        5 => JobTransition.Abandon(claim.Id, claim.Token),
        6 => JobTransition.Succeed(claim.Id, claim.Token, "1"u8.ToArray()),
        _ => JobTransition.Succeed(claim.Id, claim.Token, result: null),
    };

    /// <summary>The last one goes on running and another waits, so that the files stay as long as they are.</summary>
    private static async Task RunNearlyAllAsync(TestStorage storage, ClaimRequest request)
    {
        await storage.EnqueueAsync([.. Enumerable.Range(0, request.MaxJobs).Select(_ => storage.NewJob())]);
        var claimer = storage.Claimer();
        var claims = (await claimer.ExchangeAsync([], request, Stop)).Claims;
        await storage.EnqueueAsync(storage.NewJob() with { Priority = new JobPriority(0) });
        await claimer.ExchangeAsync([.. claims.SkipLast(1).Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null))], request: null, Stop);
    }

    private static async Task FillAsync(TestStorage storage, ClaimRequest request, TimeSpan ago)
    {
        await EnqueueAsync(Others, JobPriority.Default);
        var claimer = storage.Claimer();
        var ended = (await claimer.ExchangeAsync([], request, Stop)).Claims;
        await claimer.ExchangeAsync([.. ended.Select((claim, i) => EndOf(claim, i))], request: null, Stop);
        await EnqueueAsync(Others, JobPriority.Default);
        Assert.Equal(Others, (await claimer.ExchangeAsync([], request, Stop)).Claims.Count);
        await EnqueueAsync(Others, new JobPriority(0));

        Task EnqueueAsync(int count, JobPriority priority) => storage.EnqueueAsync([.. Enumerable.Range(0, count).Select(_ => NewJob(storage, ago) with { Priority = priority })]);
    }

    private static NewJob NewJob(TestStorage storage, TimeSpan ago) => ago == TimeSpan.Zero ? storage.NewJob() : storage.NewJobOf(ago);
}
