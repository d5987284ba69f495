using JobService.Core.BulkActions;
using JobService.Core.Jobs;
using JobService.TestKit;

namespace JobService.Resilience.Tests;

/// <summary>A bulk action whose worker is killed in the middle of it, by SIGKILL, again and again; with JOBSERVICE_PROOF=full over 100,000 jobs.</summary>
public sealed class BulkDeathTests
{
    private static readonly int Jobs = Proof.IsFull ? 100_000 : 20_000;

    [Theory]
    [InlineData(BulkActionKind.Cancel, "cancelled")]
    [InlineData(BulkActionKind.Replay, "replayed")]
    public async Task Each_job_is_acted_on_once_whenever_its_worker_is_killed(BulkActionKind kind, string word)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var client = await ClientProcess.StartAsync(database.ConnectionString);
        var asked = kind == BulkActionKind.Cancel ? JobState.Queued : JobState.Cancelled;
        await EnqueueAsync(database, client, asked);
        var action = await client.BulkActions.CreateAsync(
            new NewBulkAction { Kind = kind, Filter = new JobFilter { States = [asked] } }, TestContext.Current.CancellationToken);

        // No slots for jobs of this type are needed: nobody handles it.
        var (kills, seen) = (0, 0L);
        WorkerProcess? worker = null;
        try
        {
            worker = WorkerProcess.Start(database.ConnectionString, slots: 1, TimeSpan.Zero);
            while (await client.BulkActions.FindAsync(action.Id, TestContext.Current.CancellationToken) is { IsFinal: false } standing)
            {
                if (standing.Matched < seen + Jobs / 8 || kills == 3)
                    continue;
                await worker.KillAsync();
                await worker.DisposeAsync();
                (kills, seen) = (kills + 1, standing.Matched);
                worker = WorkerProcess.Start(database.ConnectionString, slots: 1, TimeSpan.Zero);
            }
        }
        finally
        {
            if (worker is not null)
                await worker.DisposeAsync();
        }

        var done = (await client.BulkActions.FindAsync(action.Id, TestContext.Current.CancellationToken))!;
        Assert.Equal(3, kills);
        Assert.Equal((BulkActionState.Succeeded, Jobs, 0, Jobs), (done.State, (int)done.Acted, (int)done.Refused, (int)done.Matched));
        Assert.Equal(Jobs, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 8"));
        Assert.Equal(
            Jobs,
            await database.QueryAsync<long>(word is "cancelled"
                ? "SELECT count(*) FROM jobservice.job_events WHERE kind = 'cancelled' AND actor LIKE 'bulk:%' HAVING count(*) = count(DISTINCT id)"
                : "SELECT count(*) FROM jobservice.jobs WHERE replay_of IS NOT NULL AND created_by LIKE 'bulk:%' HAVING count(*) = count(DISTINCT replay_of)"));
    }

    /// <summary>Jobs of a type that nobody handles.</summary>
    private static async Task EnqueueAsync(TestDatabase database, ClientProcess client, JobState state)
    {
        foreach (var jobs in Enumerable.Range(0, Jobs).Select(i => client.NewJob("bulk.nobodys", $"{i}")).Chunk(5_000))
            await client.Store.EnqueueAsync(jobs, TestContext.Current.CancellationToken);
        if (state == JobState.Cancelled)
        {
            await database.ExecuteAsync(
                """
                WITH taken AS (DELETE FROM jobservice.ready_jobs RETURNING id)
                INSERT INTO jobservice.finished_jobs (id, finished_at, attempt, crashes, state, reason) SELECT id, now(), 0, 0, 8, 'cancelled' FROM taken
                """);
        }
    }
}
