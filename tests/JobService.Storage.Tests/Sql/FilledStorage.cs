using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Schedules;
using JobService.Storage.Tests.Stores;

namespace JobService.Storage.Tests.Sql;

/// <summary>A database with many jobs of several days in every state, once as it grew and once after ANALYZE.</summary>
public sealed class FilledStorage : IAsyncLifetime
{
    private readonly TestStorage grown = new();
    private readonly TestStorage analyzed = new();

    internal WorkerId Worker { get; private set; }

    internal TestStorage Of(bool isAnalyzed) => isAnalyzed ? analyzed : grown;

    public async ValueTask InitializeAsync()
    {
        foreach (var storage in (TestStorage[])[grown, analyzed])
        {
            await storage.InitializeAsync();
            await FillAsync(storage);
        }

        await analyzed.Database.ExecuteAsync("ANALYZE");
    }

    public async ValueTask DisposeAsync()
    {
        await grown.DisposeAsync();
        await analyzed.DisposeAsync();
    }

    private async Task FillAsync(TestStorage storage)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await storage.MakeDaysAsync(-3, -2);
        var now = TimeProvider.System.GetUtcNow();
        for (var day = -3; day <= 0; day++)
        {
            var jobs = Enumerable.Range(0, 1_500).Select(i => storage.NewJobOf(TimeSpan.FromDays(-day)) with
            {
                Delay = (i % 5) switch { 0 => TimeSpan.FromMinutes(-1), 1 => TimeSpan.FromHours(1), _ => null },
                ExpiresAt = i % 10 == 2 ? now.AddHours(i % 20 == 2 ? -1 : 1) : null,
                Priority = new JobPriority(i % 2 == 0 ? 5 : 7),
            });
            await storage.EnqueueAsync([.. jobs]);
        }

        // A due time before the insert makes a job ready at once: some are put back to be promoted.
        await storage.Database.ExecuteAsync("UPDATE jobservice.scheduled_jobs SET run_at = now() - interval '1 minute' WHERE get_byte(uuid_send(id), 15) < 64");

        Worker = await storage.RegisterWorkerAsync();
        var claimer = storage.Claimer();
        var request = new ClaimRequest { Worker = Worker, MaxJobs = 1_000, Types = [JobType.Parse("demo.echo")] };
        var claims = (await claimer.ExchangeAsync([], request, cancellation)).Claims;
        var error = new AttemptError("demo.failed", "It failed.");
        await claimer.ExchangeAsync(
            [
                .. claims.Take(300).Select(claim => JobTransition.Succeed(claim.Id, claim.Token, "1"u8.ToArray(), TimeSpan.FromHours(1))),
                .. claims.Skip(300).Take(300).Select(claim => JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, error, "attempts")),
                .. claims.Skip(600).Take(100).Select(claim => JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, error, TimeSpan.FromHours(1))),
                .. claims.Skip(700).Take(100).Select(claim => JobTransition.Release(claim.Id, claim.Token)),
            ],
            request: null,
            cancellation);
        await storage.Database.ExecuteAsync(
            "INSERT INTO jobservice.expiring_jobs (expires_at, id, reason) SELECT now() - interval '2 hours', id, 'expired' FROM jobservice.finished_jobs LIMIT 5");
        await FillSequencesAsync(storage, claimer, request);
        await FillSchedulesAsync(storage);
        await FillStatisticsAsync(storage);
    }

    /// <summary>Some hours of many queues, by the minute, and many notes, of which some are folded.</summary>
    private static async Task FillStatisticsAsync(TestStorage storage)
    {
        await storage.Database.ExecuteAsync(
            """
            INSERT INTO jobservice.stat_minutes
            SELECT q, date_bin('1 minute', now(), 'epoch') - n * interval '1 minute', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, '{1}', '{0,0,1}'
            FROM generate_series(1, 20) q, generate_series(1, 500) n
            """);
        await storage.Database.ExecuteAsync("INSERT INTO jobservice.stat_deltas (at, queue_id, jobs, to_state) SELECT now() - n * interval '1 second', 1, 1, 3 FROM generate_series(1, 3000) n");
        await storage.Statistics().FoldAsync(2_000, TestContext.Current.CancellationToken);
    }

    /// <summary>Fifty sequences of ten jobs, most of whose heads have ended without anyone having seen to it yet.</summary>
    private static async Task FillSequencesAsync(TestStorage storage, IClaimStore claimer, ClaimRequest request)
    {
        var type = JobType.Parse("demo.sequence");
        await storage.EnqueueAsync([.. Enumerable.Range(0, 500).Select(i => storage.NewSequenceJob($"sequence-{i % 50:00}") with { Type = type })]);
        var heads = (await claimer.ExchangeAsync([], request with { Types = [type] }, TestContext.Current.CancellationToken)).Claims;
        await claimer.ExchangeAsync(
            [.. heads.Take(40).Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null))], request: null, TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// Ten schedules that left out the runs of each minute, and got a job at last which has ended; one that had a job each ten seconds, none of which has; and one that seldom had one: as
    /// they come, in the order of time. Half of those that are left wait for a job that runs.
    /// </summary>
    private static async Task FillSchedulesAsync(TestStorage storage)
    {
        foreach (var text in (string[])[.. Enumerable.Range(0, 100).Select(n => $"schedule-{n:00}"), "often", "seldom"])
        {
            var name = ScheduleName.Parse(text);
            await storage.Schedules.ChangeAsync(name, (_, now) => Schedule.Create(name, ScheduleBench.Every(seconds: 3_600), now), TestContext.Current.CancellationToken);
        }

        await storage.Database.ExecuteAsync(
            """
            INSERT INTO jobservice.schedule_runs (schedule_id, due_at, kind, outcome, is_late, is_backfilled, fired_at, job_id)
            SELECT s.id, due.at, 0, CASE WHEN s.job_id IS NULL THEN 1 ELSE 0 END, false, false, CASE WHEN s.job_id IS NOT NULL THEN due.at END, s.job_id
            FROM generate_series(1, 12000) n
            CROSS JOIN LATERAL (SELECT date_trunc('minute', now()) - (12001 - n) * interval '10 seconds' AS at) due
            JOIN (SELECT s.id, s.name, CASE s.name WHEN 'often' THEN (SELECT min(r.id::text)::uuid FROM jobservice.running_jobs r)
                                                   WHEN 'seldom' THEN (SELECT min(f.id::text)::uuid FROM jobservice.finished_jobs f) END AS job_id
                  FROM jobservice.schedules s) s
                ON s.name LIKE 'schedule-2_' AND n % 6 = 0 OR s.name = 'often' OR s.name = 'seldom' AND n % 2000 = 0
            ORDER BY n
            """);
        await storage.Database.ExecuteAsync(
            """
            INSERT INTO jobservice.schedule_runs (schedule_id, due_at, kind, outcome, is_late, is_backfilled, fired_at, job_id)
            SELECT s.id, now(), 0, 0, false, false, now(), (SELECT min(f.id::text)::uuid FROM jobservice.finished_jobs f) FROM jobservice.schedules s
            WHERE s.name LIKE 'schedule-2_'
            """);
        await storage.Database.ExecuteAsync(
            """
            UPDATE jobservice.schedules SET pause_after_failures = 3, live_jobs = ARRAY[(SELECT min(r.id::text)::uuid FROM jobservice.running_jobs r)]
            WHERE name = 'schedule-20'
            """);
        await storage.Database.ExecuteAsync("UPDATE jobservice.schedules SET pause_after_failures = 3, counted_from = now() - interval '30 days' WHERE name IN ('often', 'seldom')");
        await storage.Database.ExecuteAsync(
            """
            UPDATE jobservice.schedules SET overlap = 2, waiting_due_at = now(), live_jobs = ARRAY[(SELECT min(r.id::text)::uuid FROM jobservice.running_jobs r)]
            WHERE name BETWEEN 'schedule-50' AND 'schedule-99'
            """);
    }
}
