using JobService.Core.Jobs;

namespace JobService.Storage.Tests.Stores;

public sealed class PartitionTests
{
    private static readonly string[] Parents = ["jobs", "finished_jobs", "attempts", "job_events"];

    [Fact]
    public async Task Days_are_made_from_yesterday_to_three_ahead_and_never_twice()
    {
        await using var storage = await TestStorage.CreateAsync();
        await AssertDaysAsync(storage, 5);

        await storage.Database.AdvanceAsync(TimeSpan.FromDays(2));
        for (var i = 0; i < 2; i++)
            await storage.Retention.CreatePartitionsAsync(TestContext.Current.CancellationToken);

        await AssertDaysAsync(storage, 7);
    }

    [Fact]
    public async Task A_day_made_later_is_built_as_the_first_ones_are()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.MakeDaysAsync(20);

        foreach (var parent in Parents)
        {
            var shapes = await storage.Database.QueryAsync<long>(
                """
                SELECT count(DISTINCT shape) FROM (
                    SELECT i.inhrelid, string_agg(regexp_replace(pg_get_indexdef(x.indexrelid), '_[0-9]{8}', '', 'g'), ';' ORDER BY x.indexrelid::regclass::text)
                           || (SELECT string_agg(concat_ws(' ', a.attname, a.atttypid::regtype, a.attnotnull, pg_get_expr(d.adbin, d.adrelid)), ',' ORDER BY attnum)
                               FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                               WHERE a.attrelid = i.inhrelid AND a.attnum > 0)
                           || coalesce((SELECT string_agg(pg_get_constraintdef(c.oid), ',' ORDER BY c.conname) FROM pg_constraint c WHERE c.conrelid = i.inhrelid AND c.contype <> 'n'), '') AS shape
                    FROM pg_inherits i JOIN pg_index x ON x.indrelid = i.inhrelid
                    WHERE i.inhparent = ('jobservice.' || $1)::regclass
                    GROUP BY i.inhrelid) shapes
                """,
                parent);
            Assert.Equal(1, shapes);
        }
    }

    [Fact]
    public async Task A_long_reader_holds_up_neither_a_new_day_nor_an_enqueue()
    {
        await using var storage = await TestStorage.CreateAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        await using var reader = await storage.Database.Source.OpenConnectionAsync(patience.Token);
        await using var reading = await reader.BeginTransactionAsync(patience.Token);
        await using (var read = reader.CreateCommand())
        {
            read.CommandText = "SELECT count(*) FROM jobservice.job_views";
            await read.ExecuteScalarAsync(patience.Token);
        }

        await storage.Database.AdvanceAsync(TimeSpan.FromDays(1));
        await Task.WhenAll(
            storage.Retention.CreatePartitionsAsync(patience.Token),
            storage.Jobs.EnqueueAsync([storage.NewJob()], patience.Token));

        await AssertDaysAsync(storage, 6);
    }

    [Fact]
    public async Task A_process_that_slept_for_days_enqueues_at_once()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.EnqueueAsync(storage.NewJob());

        await storage.Database.AdvanceAsync(TimeSpan.FromDays(10));
        var late = storage.NewJobOf(TimeSpan.FromDays(-10));
        await Task.WhenAll(storage.EnqueueAsync(late), storage.EnqueueAsync(storage.NewJobOf(TimeSpan.FromDays(-10))));

        Assert.Equal(JobState.Queued, (await storage.Queries.FindAsync(late.Id, TestContext.Current.CancellationToken)).Value!.State);
    }

    [Fact]
    public async Task A_job_of_a_day_that_no_clock_shows_is_refused_and_stores_nothing()
    {
        await using var storage = await TestStorage.CreateAsync();

        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => storage.EnqueueAsync(storage.NewJob(), storage.NewJobOf(TimeSpan.FromDays(-10))));

        Assert.Equal("23514", refused.SqlState);
        Assert.Equal(0, await storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.ready_jobs"));
    }

    private static async Task AssertDaysAsync(TestStorage storage, long expected)
    {
        foreach (var parent in Parents)
            Assert.Equal(expected, await storage.Database.QueryAsync<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = ('jobservice.' || $1)::regclass", parent));
    }
}
