using JobService.Core.Jobs;
using JobService.Core.Schedules;
using JobService.Core.Storage.Migrations;
using JobService.TestKit;
using Npgsql;

namespace JobService.Resilience.Tests;

/// <summary>Schedules while the processes that make their jobs are killed, and PostgreSQL crashes.</summary>
public sealed class ScheduleDeathTests
{
    /// <summary>A second or two of all schedules.</summary>
    private const int SomeRuns = 40;

    private static readonly ScheduleName EveryTwoSeconds = ScheduleName.Parse("every-two-seconds");
    private static readonly ScheduleName OneAtATime = ScheduleName.Parse("one-at-a-time");

    /// <summary>So many that two workers meet at the same second.</summary>
    private static readonly ScheduleName[] EachSecond = [.. Enumerable.Range(0, 30).Select(n => ScheduleName.Parse($"each-second-{n}"))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_occurrence_is_accounted_for_once_whoever_is_killed_and_when_PostgreSQL_crashes()
    {
        await using var server = await PostgresServer.StartAsync(isDurable: true);
        await DatabaseMigrator.MigrateAsync(server.ConnectionString, TimeProvider.System, Cancellation);
        await using var recorder = await RunRecorder.StartAsync(holds: _ => false);
        await using (var client = await ClientProcess.StartAsync(server.ConnectionString))
        {
            await MakeAsync(client, EveryTwoSeconds, Rule(EveryTwoSeconds, every: TimeSpan.FromSeconds(2)), OverlapPolicy.Allow, recorder);
            foreach (var name in EachSecond)
                await MakeAsync(client, name, Rule(name, cron: "* * * * * *"), OverlapPolicy.Allow, recorder);
            await MakeAsync(client, OneAtATime, Rule(OneAtATime, cron: "* * * * * *"), OverlapPolicy.Skip, recorder);
        }

        WorkerProcess[] workers = [Start(server), Start(server)];
        try
        {
            // One after the other is killed and started again while its neighbour goes on; then both at once.
            foreach (var i in (int[])[0, 1, 0, 1])
            {
                await recorder.WaitForNewRunsAsync(SomeRuns);
                await workers[i].DisposeAsync();
                await recorder.WaitForNewRunsAsync(SomeRuns);
                workers[i] = Start(server);
            }

            await recorder.WaitForNewRunsAsync(SomeRuns);
            await server.CrashAsync();
            await server.StartAgainAsync();
            await recorder.WaitForNewRunsAsync(SomeRuns);
            await Task.WhenAll(workers.Select(worker => worker.DisposeAsync().AsTask()));
            workers = [Start(server), Start(server)];
            await recorder.WaitForNewRunsAsync(SomeRuns);

            await using var client = await ClientProcess.StartAsync(server.ConnectionString);
            var made = new List<JobId>();
            foreach (var name in (ScheduleName[])[EveryTwoSeconds, OneAtATime, .. EachSecond])
                made.AddRange(await AccountAsync(client, name));
            await client.WaitForAllAsync(made);

            Assert.Equal(made.Count, made.Distinct().Count());
            Assert.Equal(made.Count, await AskAsync(server, "SELECT count(*) FROM jobservice.jobs"));
            Assert.Equal(made.Count, await AskAsync(server, "SELECT count(DISTINCT (schedule->>'name', schedule->>'dueAt')) FROM jobservice.jobs"));
            Assert.All(await Task.WhenAll(made.Select(client.FindAsync)), job =>
            {
                Assert.Equal(JobState.Succeeded, job.State);
                Assert.InRange(recorder.RunsOf(job.Id), 1, job.Attempt);
            });
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }
    }

    /// <summary>Lets a schedule make no more jobs, and sees that each occurrence from its first to its last is told once, with its job or why it has none.</summary>
    /// <returns>The jobs.</returns>
    private static async Task<IEnumerable<JobId>> AccountAsync(ClientProcess client, ScheduleName name)
    {
        // What is due by then is decided before.
        var paused = (await client.Schedules.ChangeAsync(name, (schedule, now) => schedule!.Pause("enough", now), Cancellation)).Value!;
        var told = (await client.ScheduleQueries.RunsAsync(name, before: null, 1_000, Cancellation)).Reverse().TakeWhile(run => run.DueAt < paused.UpdatedAt).ToArray();
        var cadence = paused.Definition.Rule.TryCadence(name, paused.AnchorAt, out _)!;

        Assert.InRange(told.Length, 5, 999);
        Assert.Equal(cadence.After(paused.CreatedAt).Select(occurrence => occurrence.At).TakeWhile(at => at < paused.UpdatedAt), told.Select(run => run.DueAt));
        Assert.All(told, run => Assert.Contains(run.Outcome, run.Job is not null ? [RunOutcome.Fired] : Reasons(paused)));
        return told.Select(run => run.Job).OfType<JobId>();
    }

    /// <summary>Why an occurrence may have no job: nobody was there for longer than a minute, or the job before it was not final.</summary>
    private static RunOutcome[] Reasons(Schedule schedule) =>
        schedule.Definition.Overlap == OverlapPolicy.Skip ? [RunOutcome.Missed, RunOutcome.Overlapped] : [RunOutcome.Missed];

    private static async Task MakeAsync(ClientProcess client, ScheduleName name, ScheduleRule rule, OverlapPolicy overlap, RunRecorder recorder)
    {
        var definition = new ScheduleDefinition { Rule = rule, Job = recorder.Template, Overlap = overlap };
        Assert.Null((await client.Schedules.ChangeAsync(name, (_, now) => Schedule.Create(name, definition, now), Cancellation)).Refusal);
    }

    private static ScheduleRule Rule(ScheduleName name, string? cron = null, TimeSpan? every = null) => ScheduleRule.Of(name, cron, timeZone: null, every, at: null).Value!;

    private static WorkerProcess Start(PostgresServer server) => WorkerProcess.Start(server.ConnectionString, slots: 20, TimeSpan.Zero);

    private static async Task<long> AskAsync(PostgresServer server, string sql)
    {
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
