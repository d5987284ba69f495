using JobService.Core.Jobs;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

public sealed class SearchIndexTests : IAsyncLifetime
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    private readonly TestStorage storage = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => storage.InitializeAsync();

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    [Fact]
    public async Task Closed_days_get_their_indexes_one_by_one_the_newest_first_and_the_days_to_come_none()
    {
        await storage.MakeDaysAsync(-3, -2);
        await CloseYesterdayAsync();
        var built = new List<string>();
        for (var isMore = true; isMore;)
        {
            isMore = await storage.SearchIndexes.BuildNextAsync(Keep, Cancellation);
            built.Add((await IndexesAsync()).Split(' ').Except(built, StringComparer.Ordinal).Single());
        }

        Assert.Equal(["-1:type", "-1:queue", "-1:tags", "-2:type", "-2:queue", "-2:tags", "-3:type", "-3:queue", "-3:tags"], built);
        Assert.False(await storage.SearchIndexes.BuildNextAsync(Keep, Cancellation));
        Assert.Equal(9, (await IndexesAsync()).Split(' ').Length);
    }

    [Fact]
    public async Task What_a_build_left_behind_that_broke_off_is_built_anew()
    {
        await CloseYesterdayAsync();
        await BuildAllAsync();
        await storage.Database.ExecuteAsync(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = (SELECT c.oid FROM pg_class c WHERE c.relname ~ '^jobs_[0-9]{8}_queue_idx$')");
        Assert.Equal("-1:tags -1:type", await IndexesAsync());

        Assert.False(await storage.SearchIndexes.BuildNextAsync(Keep, Cancellation));

        Assert.Equal("-1:queue -1:tags -1:type", await IndexesAsync());
    }

    [Fact]
    public async Task One_process_builds_at_a_time()
    {
        await CloseYesterdayAsync();
        await using var other = await storage.Database.Source.OpenConnectionAsync(Cancellation);
        await using (var transaction = await other.BeginTransactionAsync(Cancellation))
        {
            await using var only = new NpgsqlCommand(Core.Storage.SqlText.Read("lock_search_indexes"), other);
            Assert.Equal(true, await only.ExecuteScalarAsync(Cancellation));

            Assert.False(await storage.SearchIndexes.BuildNextAsync(Keep, Cancellation));
            Assert.Equal("", await IndexesAsync());
        }

        Assert.True(await storage.SearchIndexes.BuildNextAsync(Keep, Cancellation));
    }

    [Fact]
    public async Task A_day_that_may_go_soon_gets_none_and_one_that_has_them_goes_with_them()
    {
        await storage.MakeDaysAsync(-3, -2);
        await CloseYesterdayAsync();
        while (await storage.SearchIndexes.BuildNextAsync(TimeSpan.FromDays(2.5), Cancellation))
        {
        }

        Assert.Equal("-1:queue -1:tags -1:type -2:queue -2:tags -2:type", await IndexesAsync());
        await storage.Retention.PruneAsync(TimeSpan.FromHours(1), Cancellation);
        Assert.Equal("", await IndexesAsync());
        Assert.Equal(0, await storage.Database.QueryAsync<long>("SELECT count(*) FROM pg_class WHERE relname ~ '^jobs_[0-9]{8}_tags_idx$'"));
    }

    [Fact]
    public async Task Jobs_of_an_indexed_day_live_on_and_late_ones_are_found()
    {
        await CloseYesterdayAsync();
        var kept = Assert.Single(await storage.EnqueueAsync(storage.NewJobOf(TimeSpan.FromDays(1))));
        await BuildAllAsync();

        var late = Assert.Single(await storage.EnqueueAsync(storage.NewJobOf(TimeSpan.FromDays(1)) with { Queue = Core.Queues.QueueName.Parse("late") }));
        await storage.Jobs.EditAsync(kept, new JobEdit { Queue = Core.Queues.QueueName.Parse("late") }, actor: null, Cancellation);

        var found = await storage.Queries.ListAsync(new JobFilter { Queue = Core.Queues.QueueName.Parse("late") }, before: null, 10, Cancellation);
        Assert.Equal(new[] { kept, late }.Order(Comparer<JobId>.Create((a, b) => b.Value.CompareTo(a.Value))), found.Items.Select(job => job.Id));
    }

    /// <summary>Has it be noon: in the first minutes of a day the one before is still open, and in its first hours others may not go as soon as later.</summary>
    private async Task CloseYesterdayAsync()
    {
        const int Noon = 12 * 60 * 60;
        var today = await storage.Database.QueryAsync<double>("SELECT extract(epoch FROM now() - date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')::float8");
        if (today < Noon)
            await storage.Database.AdvanceAsync(TimeSpan.FromSeconds(Noon - today));
    }

    private async Task BuildAllAsync()
    {
        while (await storage.SearchIndexes.BuildNextAsync(Keep, Cancellation))
        {
        }
    }

    /// <summary>The valid ones, by the distance of their day.</summary>
    private Task<string> IndexesAsync() => storage.Database.QueryAsync<string>(
        """
        SELECT coalesce(string_agg(to_date(substr(c.relname, 6, 8), 'YYYYMMDD') - (now() AT TIME ZONE 'UTC')::date || ':' || split_part(c.relname, '_', 3), ' ' ORDER BY substr(c.relname, 6, 8) DESC, c.relname), '')
        FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
        WHERE c.relname ~ '^jobs_[0-9]{8}_(type|queue|tags)_idx$' AND x.indisvalid
        """);
}
