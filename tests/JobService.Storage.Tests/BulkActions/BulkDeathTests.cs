using JobService.Core.BulkActions;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Storage;
using JobService.Core.Storage.Stores;
using Npgsql;

namespace JobService.Storage.Tests.BulkActions;

/// <summary>Bulk actions whose steps are broken off, fail, and meet each other: each job is acted on once, and nothing is silent.</summary>
public sealed class BulkDeathTests : IAsyncLifetime
{
    private readonly TestStorage storage = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => storage.InitializeAsync();

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    [Fact]
    public async Task Twenty_thousand_jobs_are_retried_once_each_by_two_workers_whose_sessions_are_ended_again_and_again()
    {
        const int Jobs = 20_000;
        await FailedAsync(Jobs);
        var action = await storage.BulkActions.CreateAsync(new NewBulkAction { Kind = BulkActionKind.Retry, Filter = new JobFilter { States = [JobState.Failed] } }, Cancellation);

        // The ends of sessions come at any moment of a step, also between what it did and its commit.
        using var isOver = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => WorkAsync(isOver), Cancellation)).ToArray();
        var ended = 0;
        var seen = 0L;
        while (!isOver.IsCancellationRequested)
        {
            var acted = (await storage.BulkActions.FindAsync(action.Id, Cancellation))!.Acted;
            if (acted == seen || acted > Jobs * 3 / 4)
                continue;
            seen = acted;
            ended += await storage.Database.QueryAsync<int>(
                "SELECT count(pg_terminate_backend(pid))::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'bulk-steps' AND xact_start IS NOT NULL");
        }

        await Task.WhenAll(workers);
        var done = (await storage.BulkActions.FindAsync(action.Id, Cancellation))!;
        Assert.NotEqual(0, ended);
        Assert.Equal((BulkActionState.Succeeded, Jobs, 0), (done.State, (int)done.Acted, (int)done.Refused));
        Assert.True(done.Total == Jobs || done.IsTotalPartial);
        Assert.Equal(Jobs, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs"));
        Assert.Equal(
            Jobs, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.job_events WHERE kind = 'restarted' AND actor = $1 HAVING count(*) = count(DISTINCT id)", done.Actor));
        Assert.Equal(Jobs, await storage.Database.QueryAsync<long>("SELECT sum(revision) FROM jobservice.jobs"));

        async Task WorkAsync(CancellationTokenSource over)
        {
            await using var own = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(storage.Database.ConnectionString)
            {
                ApplicationName = "bulk-steps",
                Options = PostgresDatabase.HotSettings,
                MaxAutoPrepare = 100,
            }.ConnectionString);
            while (!over.IsCancellationRequested)
            {
                try
                {
                    if (await storage.BulkSteps(own).RunNextAsync(Cancellation) is { Action.IsFinal: true })
                        await over.CancelAsync();
                }
                catch (NpgsqlException)
                {
                    // As the loop of a worker has it: the next round.
                }
            }
        }
    }

    [Fact]
    public async Task A_step_that_never_commits_has_done_nothing()
    {
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 10).Select(_ => storage.NewJob())]);
        var action = await storage.BulkActions.CreateAsync(new NewBulkAction { Kind = BulkActionKind.Delete, Filter = new JobFilter() }, Cancellation);
        await using (var connection = await storage.Hot.OpenConnectionAsync(Cancellation))
        await using (var aside = await storage.Hot.OpenConnectionAsync(Cancellation))
        await using (await connection.BeginTransactionAsync(Cancellation))
        {
            var work = new BulkStepWork(connection, aside, storage.Names.Current, new JobIdSequence(TimeProvider.System), action, Cancellation);
            await work.ActAsync(ids);
            Assert.Equal(10, work.Acted);
        }

        Assert.Equal(10, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.jobs"));
        await RunAsync();
        Assert.Equal((10, 0L), ((int)(await FindAsync(action)).Acted, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.jobs")));
    }

    [Fact]
    public async Task While_one_is_at_an_action_others_pass_it_over_and_do_another()
    {
        var ids = await storage.EnqueueAsync(storage.NewJob(), storage.NewJob(type: "other.type"));
        var first = await storage.BulkActions.CreateAsync(Cancel("demo.*"), Cancellation);
        var second = await storage.BulkActions.CreateAsync(Cancel("other.*"), Cancellation);
        await using (var holder = await storage.Database.Source.OpenConnectionAsync(Cancellation))
        await using (await holder.BeginTransactionAsync(Cancellation))
        {
            await using var hold = new NpgsqlCommand(SqlText.Read("lock_bulk_action"), holder);
            Assert.Equal(first.Id.Value, await hold.ExecuteScalarAsync(Cancellation));

            Assert.Equal(second.Id, (await storage.BulkSteps().RunNextAsync(Cancellation))!.Action.Id);
            Assert.Null(await storage.BulkSteps().RunNextAsync(Cancellation));
        }

        Assert.Equal(first.Id, (await storage.BulkSteps().RunNextAsync(Cancellation))!.Action.Id);
        foreach (var id in ids)
            Assert.Equal(JobState.Cancelled, (await storage.Queries.FindAsync(id, Cancellation)).Value!.State);
    }

    [Theory]
    [InlineData(BulkActionKind.Cancel, "finished_jobs", "id", 2)]
    [InlineData(BulkActionKind.Replay, "jobs", "replay_of", 2_398)]
    public async Task A_job_that_breaks_its_step_is_found_and_refused_and_all_others_are_acted_on(BulkActionKind kind, string table, string column, int queued)
    {
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 1_200).Select(_ => storage.NewJob())]);
        JobId[] poison = kind == BulkActionKind.Replay ? [ids[333], ids[1_150]] : [ids[1_150], ids[333]];
        await storage.Database.ExecuteAsync($"ALTER TABLE jobservice.{table} ADD CONSTRAINT poison_check CHECK ({column} NOT IN ('{poison[0]}', '{poison[1]}'))");
        var filter = new JobFilter { States = [JobState.Queued] };
        var action = await storage.BulkActions.CreateAsync(new NewBulkAction { Kind = kind, Filter = filter }, Cancellation);

        await RunAsync();

        var done = await FindAsync(action);
        Assert.Equal((BulkActionState.Succeeded, 1_198, 2), (done.State, (int)done.Acted, (int)done.Refused));
        Assert.Equal(poison, done.Refusals.Select(refused => refused.Job));
        Assert.All(done.Refusals, refused => Assert.Contains("poison_check", refused.Why, StringComparison.Ordinal));
        Assert.Equal(queued, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs"));
    }

    [Fact]
    public async Task A_step_that_fails_again_and_again_ends_its_action_with_the_error()
    {
        await storage.EnqueueAsync(storage.NewJob());
        var action = await storage.BulkActions.CreateAsync(Cancel("demo.*"), Cancellation);
        await storage.Database.ExecuteAsync("ALTER TABLE jobservice.job_events RENAME TO hidden_events");
        var failures = new List<int>();
        for (var i = 0; i < 12; i++)
        {
            if (await storage.BulkSteps().RunNextAsync(Cancellation) is { } step)
                failures.Add(step.Action.Failures);
            await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        var failed = await FindAsync(action);
        Assert.Equal(Enumerable.Range(1, 10), failures);
        Assert.Equal((BulkActionState.Failed, 0), (failed.State, (int)failed.Acted));
        Assert.Contains("job_events", failed.Error, StringComparison.Ordinal);
        Assert.NotNull(failed.FinishedAt);
        Assert.Equal(1, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs"));
    }

    [Fact]
    public async Task A_step_that_fails_for_a_while_is_done_once_it_can_be()
    {
        await storage.EnqueueAsync(storage.NewJob());
        var action = await storage.BulkActions.CreateAsync(Cancel("demo.*"), Cancellation);
        await storage.Database.ExecuteAsync("ALTER TABLE jobservice.job_events RENAME TO hidden_events");
        Assert.Equal(1, (await storage.BulkSteps().RunNextAsync(Cancellation))!.Action.Failures);
        Assert.Null(await storage.BulkSteps().RunNextAsync(Cancellation));
        Assert.InRange((await storage.BulkSteps().UntilNextAsync(Cancellation))!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1));

        await storage.Database.ExecuteAsync("ALTER TABLE jobservice.hidden_events RENAME TO job_events");
        await storage.Database.AdvanceAsync(TimeSpan.FromSeconds(1));
        await RunAsync();

        var done = await FindAsync(action);
        Assert.Equal((BulkActionState.Succeeded, 1, 0, null), (done.State, (int)done.Acted, done.Failures, done.Error));
    }

    /// <summary>It steps back before anyone else could be stopped for the sake of it, and comes again with fewer jobs.</summary>
    [Fact]
    public async Task A_job_that_someone_holds_is_not_waited_for_and_no_other_waits_with_it()
    {
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 5).Select(_ => storage.NewJob())]);
        var action = await storage.BulkActions.CreateAsync(Cancel("demo.*"), Cancellation);
        await using (var holder = await storage.Database.Source.OpenConnectionAsync(Cancellation))
        await using (await holder.BeginTransactionAsync(Cancellation))
        {
            await using var hold = new NpgsqlCommand("SELECT 1 FROM jobservice.ready_jobs WHERE id = $1 FOR UPDATE", holder) { Parameters = { new() { Value = ids[0].Value } } };
            await hold.ExecuteScalarAsync(Cancellation);
            while ((await FindAsync(action)) is { State: not BulkActionState.Failed, Acted: < 4 })
            {
                await storage.BulkSteps().RunNextAsync(Cancellation);
                await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(1));
            }

            var held = await FindAsync(action);
            Assert.Equal((BulkActionState.Running, 4), (held.State, (int)held.Acted));
        }

        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(1));
        await RunAsync();
        Assert.Equal((BulkActionState.Succeeded, 5, 0), (await FindAsync(action)) is var done ? (done.State, (int)done.Acted, (int)done.Refused) : default);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Jobs_that_someone_holds_come_last_and_are_done_or_refused_in_words(bool isLetGo)
    {
        const string Why = "A transaction that is still open holds the job, or what it needs.";
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 12).Select(_ => storage.NewJob())]);
        var action = await storage.BulkActions.CreateAsync(Cancel("demo.*"), Cancellation);
        await using var holder = await storage.Database.Source.OpenConnectionAsync(Cancellation);
        await using var transaction = await holder.BeginTransactionAsync(Cancellation);
        await using var hold = new NpgsqlCommand("SELECT 1 FROM jobservice.ready_jobs WHERE id IN ($1, $2) FOR UPDATE", holder, transaction)
        {
            Parameters = { new() { Value = ids[11].Value }, new() { Value = ids[5].Value } },
        };
        await hold.ExecuteNonQueryAsync(Cancellation);

        // No step is put off before all the others are done.
        await RunAsync();
        var held = await FindAsync(action);
        Assert.Equal((BulkActionState.Running, 10, 10, Why), (held.State, (int)held.Acted, (int)held.Matched, held.Error));

        if (isLetGo)
            await transaction.RollbackAsync(Cancellation);
        while (!(await FindAsync(action)).IsFinal)
        {
            await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(1));
            await RunAsync();
        }

        var done = await FindAsync(action);
        Assert.Equal((BulkActionState.Succeeded, isLetGo ? 12 : 10, isLetGo ? 0 : 2), (done.State, (int)done.Acted, (int)done.Refused));
        Assert.All(done.Refusals, refused => Assert.Equal(Why, refused.Why));
        Assert.Equal(isLetGo ? [] : new[] { ids[5], ids[11] }, done.Refusals.Select(refused => refused.Job).Order(Comparer<JobId>.Create((a, b) => a.Value.CompareTo(b.Value))));
    }

    [Fact]
    public async Task A_job_that_its_holder_has_taken_out_of_the_filter_is_left_alone()
    {
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 3).Select(_ => storage.NewJob())]);
        var action = await storage.BulkActions.CreateAsync(Cancel("demo.*") with { Filter = new JobFilter { Queue = QueueName.Default } }, Cancellation);
        await using (var holder = await storage.Database.Source.OpenConnectionAsync(Cancellation))
        await using (var transaction = await holder.BeginTransactionAsync(Cancellation))
        {
            await storage.Names.Current.InternAsync(holder, [QueueName.Parse("other")], [], Cancellation);
            Assert.False((await JobChanges.EditAsync(holder, storage.Names.Current, ids[2], new JobEdit { Queue = QueueName.Parse("other") }, actor: null, isCall: false, Cancellation)).IsRefused(out _, out _));
            await RunAsync();
            Assert.Equal((BulkActionState.Running, 2), (await FindAsync(action)) is var held ? (held.State, (int)held.Acted) : default);
            await transaction.CommitAsync(Cancellation);
        }

        await storage.Database.AdvanceAsync(TimeSpan.FromMinutes(1));
        await RunAsync();

        Assert.Equal((BulkActionState.Succeeded, 2, 0), (await FindAsync(action)) is var done ? (done.State, (int)done.Acted, (int)done.Refused) : default);
        Assert.Equal(JobState.Queued, (await storage.Queries.FindAsync(ids[2], Cancellation)).Value!.State);
    }

    private static NewBulkAction Cancel(string types) => new() { Kind = BulkActionKind.Cancel, Filter = new JobFilter { TypeGlob = types } };

    /// <summary>Jobs that have failed, made by SQL: so many by the service would take longer than the test.</summary>
    private async Task FailedAsync(int count)
    {
        await storage.EnqueueAsync([.. Enumerable.Range(0, count).Select(_ => storage.NewJob())]);
        await storage.Database.ExecuteAsync(
            """
            WITH taken AS (DELETE FROM jobservice.ready_jobs RETURNING id)
            INSERT INTO jobservice.finished_jobs (id, finished_at, started_at, worker_id, attempt, crashes, state, reason) SELECT id, now(), now(), 1, 1, 0, 7, 'attempts' FROM taken
            """);
    }

    private async Task RunAsync()
    {
        while (await storage.BulkSteps().RunNextAsync(Cancellation) is not null)
        {
        }
    }

    private async Task<BulkAction> FindAsync(BulkAction action) => (await storage.BulkActions.FindAsync(action.Id, Cancellation))!;
}
