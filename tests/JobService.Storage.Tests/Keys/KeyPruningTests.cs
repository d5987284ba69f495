using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Storage.Tests.Sql;

namespace JobService.Storage.Tests.Keys;

/// <summary>Keys that say nothing any more go; the others stay, whatever became of their jobs.</summary>
public sealed class KeyPruningTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_round_takes_what_is_dead_and_nothing_else()
    {
        await using var storage = await TestStorage.CreateAsync();
        NewJob[] live = [storage.NewUniqueJob("waits"), storage.NewUniqueJob("for good", scope: UniqueScope.Forever)];
        NewJob[] dead = [storage.NewUniqueJob("ends"), storage.NewUniqueJob("is deleted"), storage.NewUniqueJob("for an hour", scope: UniqueScope.Window)];
        await storage.KeyedJobs.EnqueueEachAsync([.. live, .. dead], Stop);
        await storage.Jobs.CancelAsync(dead[0].Id, reason: null, actor: null, Stop);
        await storage.Jobs.DeleteAsync(dead[1].Id, Stop);
        await storage.Jobs.DeleteAsync(live[1].Id, Stop);
        var request = RequestKey.Of(actor: null, "request", "POST", "/", "{}"u8);
        await storage.KeyedJobs.EnqueueOnceAsync([storage.NewJob()], request, (made, _) => Task.FromResult(Result.Of(new KeptAnswer(201, made[0].Id, "{}"u8.ToArray()))), Stop);

        await storage.Retention.PruneAsync(TimeSpan.FromDays(30), Stop);
        Assert.Equal(6, await CountAsync(storage));
        await storage.Database.AdvanceAsync(TimeSpan.FromHours(25));
        await storage.Retention.PruneAsync(TimeSpan.FromDays(30), Stop);

        Assert.Equal(live.Select(job => job.UniqueKey!.Value.Value).Order(), (await storage.Database.QueryAsync<Guid[]>("SELECT array_agg(hash) FROM jobservice.job_keys")).Order());
        Assert.IsType<Refusal.Gone>((await storage.KeyedJobs.EnqueueEachAsync([storage.NewUniqueJob("for good")], Stop))[0]!.Value.Refusal);
        Assert.Equal(live[0].Id, (await storage.KeyedJobs.EnqueueEachAsync([storage.NewUniqueJob("waits")], Stop))[0]!.Value.Value!.Id);
    }

    [Fact]
    public async Task A_round_ends_however_many_keys_are_held()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.KeyedJobs.EnqueueEachAsync([.. Enumerable.Range(0, 2_500).Select(i => storage.NewUniqueJob($"{i}"))], Stop);
        await storage.Database.ExecuteAsync("DELETE FROM jobservice.jobs WHERE id IN (SELECT id FROM jobservice.jobs LIMIT 500)");
        await storage.Database.AdvanceAsync(TimeSpan.FromHours(25));

        await storage.Retention.PruneAsync(TimeSpan.FromDays(30), Stop);

        Assert.Equal(2_000, await CountAsync(storage));
    }

    [Fact]
    public async Task A_day_that_is_retired_leaves_the_keys_that_outlast_it()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.MakeDaysAsync(-10);
        NewJob[] jobs = [.. new[] { UniqueScope.UntilFinished, UniqueScope.Forever }.Select(scope => storage.NewUniqueJob($"{scope}", scope: scope) with { Id = storage.NewJobOf(TimeSpan.FromDays(10)).Id })];
        await storage.KeyedJobs.EnqueueEachAsync(jobs, Stop);
        foreach (var job in jobs)
            await storage.Jobs.CancelAsync(job.Id, reason: null, actor: null, Stop);
        await storage.Database.ExecuteAsync("UPDATE jobservice.finished_jobs SET finished_at = finished_at - interval '9 days'");

        Assert.Equal(1, (await storage.Retention.PruneAsync(TimeSpan.FromDays(7), Stop)).Days);

        var answers = await storage.KeyedJobs.EnqueueEachAsync([storage.NewUniqueJob("UntilFinished"), storage.NewUniqueJob("Forever"), storage.NewUniqueJob("Forever", UniqueConflict.Reject)], Stop);
        Assert.False(answers[0]!.Value.Value!.IsDeduplicated);
        Assert.IsType<Refusal.Gone>(answers[1]!.Value.Refusal);
        Assert.IsType<Refusal.KeyHeld>(answers[2]!.Value.Refusal);
    }

    [Fact]
    public async Task A_key_that_is_being_taken_is_passed_over_though_what_is_seen_of_it_is_dead()
    {
        await using var storage = await TestStorage.CreateAsync();
        var first = storage.NewUniqueJob("taken");
        await storage.KeyedJobs.EnqueueEachAsync([first], Stop);
        await storage.Jobs.CancelAsync(first.Id, reason: null, actor: null, Stop);
        await storage.Database.AdvanceAsync(TimeSpan.FromHours(25));

        // The pruning waits within its statement, with what it has seen, until the key is taken.
        await using var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var hold = new Npgsql.NpgsqlCommand("LOCK TABLE jobservice.job_keys IN SHARE ROW EXCLUSIVE MODE", connection))
            await hold.ExecuteNonQueryAsync(Stop);
        await using (var take = new Npgsql.NpgsqlCommand("UPDATE jobservice.job_keys SET job_id = $1, review_at = jobservice.now() + interval '1 day'", connection) { Parameters = { new() { Value = storage.NewJob().Id.Value } } })
            await take.ExecuteNonQueryAsync(Stop);
        var pruning = storage.Database.ExecuteAsync(SqlFile.Of("prune_keys").Text, 100);
        while (!pruning.IsCompleted && await storage.Database.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
            await Task.Yield();
        await transaction.CommitAsync(Stop);
        await pruning;

        Assert.Equal(1, await CountAsync(storage));
    }

    private static Task<int> CountAsync(TestStorage storage) => storage.Database.QueryAsync<int>("SELECT count(*)::int FROM jobservice.job_keys");
}
