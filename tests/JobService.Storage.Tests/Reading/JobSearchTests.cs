using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Storage;
using JobService.Core.Storage.Reading;
using Npgsql;

namespace JobService.Storage.Tests.Reading;

/// <summary>Searches find what the filter says and nothing else, by whatever way they come to it and however often they are broken off.</summary>
public sealed class JobSearchTests
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_mix_of_filters_finds_the_same_as_reading_each_job_does(bool isIndexed)
    {
        await using var storage = await TestStorage.CreateAsync();
        await FillAsync(storage);
        while (isIndexed && await storage.SearchIndexes.BuildNextAsync(Keep, Cancellation))
        {
        }

        var all = (await storage.Queries.ListAsync(new JobFilter(), before: null, 5_000, Cancellation)).Items;
        Assert.Equal(2_420, all.Count);
        Assert.Equal(Enum.GetValues<JobState>().Order(), all.Select(job => job.State).Distinct().Order());

        var random = new Random(20);
        for (var i = 0; i < 100; i++)
        {
            var filter = FilterOf(random, all);
            var expected = all.Where(job => Matches(filter, job)).Select(job => job.Id).ToArray();
            Assert.Equal(expected, await PagesAsync(storage, filter, limit: random.Next(5, 400)));
            Assert.Equal(expected.Reverse(), await UpwardsAsync(storage, filter, max: random.Next(5, 400)));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_search_whose_time_is_over_says_what_it_has_and_goes_on_from_where_it_stood(bool isUpwards)
    {
        var order = isUpwards ? SearchOrder.OldestFirst : SearchOrder.NewestFirst;
        await using var storage = await TestStorage.CreateAsync();
        await storage.EnqueueAsync([.. Enumerable.Range(0, 100).Select(_ => storage.NewJob())]);
        var rare = await storage.EnqueueAsync(storage.NewJob(type: "rare.type"), storage.NewJob(type: "rare.type"));
        await storage.EnqueueAsync([.. Enumerable.Range(0, 1_000).Select(_ => storage.NewJob())]);
        var filter = new JobFilter { TypeGlob = "rare.*" };

        // Each has its first window and no time for another.
        var (found, positions) = (new List<JobId>(), new List<JobId?>());
        FoundJobs step;
        do
        {
            step = await FindAsync(storage, filter, positions.LastOrDefault(), TimeSpan.Zero, order: order);
            found.AddRange(step.Ids);
            positions.Add(step.Next);
            Assert.Equal(step.Next is not null, step.IsPartial);
        }
        while (step.Next is not null);

        JobId[] expected = isUpwards ? [.. rare] : [.. rare.Reverse()];
        Assert.Equal(expected, found);
        Assert.InRange(positions.Count, 3, 5);
        Guid[] places = [.. positions.OfType<JobId>().Select(position => position.Value)];
        Assert.Equal(isUpwards ? places.Order() : places.OrderDescending(), places);
        Assert.Equal(expected, (await FindAsync(storage, filter, before: null, Long, order: order)).Ids);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_stopped_and_the_answer_is_partial()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.EnqueueAsync([.. Enumerable.Range(0, 10).Select(_ => storage.NewJob())]);
        await using var other = await storage.Database.Source.OpenConnectionAsync(Cancellation);
        await using (var transaction = await other.BeginTransactionAsync(Cancellation))
        {
            await using var hold = new NpgsqlCommand("LOCK TABLE jobservice.finished_jobs IN ACCESS EXCLUSIVE MODE", other);
            await hold.ExecuteNonQueryAsync(Cancellation);

            var held = await FindAsync(storage, new JobFilter { States = [JobState.Succeeded, JobState.Queued] }, before: null, TimeSpan.Zero);

            Assert.Empty(held.Ids);
            Assert.True(held.IsPartial);
            Assert.NotNull(held.Next);
        }

        Assert.Equal(10, (await FindAsync(storage, new JobFilter { States = [JobState.Succeeded, JobState.Queued] }, before: null, Long)).Ids.Count);
    }

    [Fact]
    public async Task Where_the_place_of_queued_jobs_takes_too_long_the_search_goes_on_without_it()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.EnqueueAsync([.. Enumerable.Range(0, 2_000).Select(_ => storage.NewJob())]);
        await using var other = await storage.Database.Source.OpenConnectionAsync(Cancellation);
        await using var transaction = await other.BeginTransactionAsync(Cancellation);
        await using var hold = new NpgsqlCommand("LOCK TABLE jobservice.ready_jobs IN ACCESS EXCLUSIVE MODE", other);
        await hold.ExecuteNonQueryAsync(Cancellation);

        var found = await FindAsync(storage, new JobFilter { States = [JobState.Queued] }, before: null, TimeSpan.FromSeconds(8), max: 5_000);

        Assert.Equal((2_000, false), (found.Ids.Count, found.IsPartial));
    }

    [Fact]
    public async Task More_jobs_with_a_tag_than_an_index_may_lead_to_are_found_all_the_same()
    {
        await using var storage = await TestStorage.CreateAsync();
        await storage.MakeDaysAsync(-2);
        await storage.EnqueueAsync([storage.NewJobOf(TimeSpan.FromDays(2)) with { Tags = Tags(("team", "red"), ("size", "xl")) }]);
        await storage.Database.ExecuteAsync(
            """
            INSERT INTO jobservice.jobs (id, created_at, run_at, type_id, queue_id, hard_limit_ms, priority, tags, payload)
            SELECT (left(d.first, 14) || '7' || substr(d.first, 16, 4) || 'a' || substr(d.first, 21, 4) || lpad(to_hex(n), 12, '0'))::uuid, now(), now(), 1, 1, 1, 5, '{"team": "red"}', '1'
            FROM (SELECT jobservice.first_id((date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC') - interval '1 day')::text AS first) d, generate_series(1, 60000) n
            """);
        while (await storage.SearchIndexes.BuildNextAsync(Keep, Cancellation))
        {
        }

        var found = await FindAsync(storage, new JobFilter { Tags = Tags(("team", "red")) }, before: null, Long, max: 100_000);

        Assert.Equal(60_001, found.Ids.Count);
        Assert.Equal(60_001, found.Ids.Distinct().Count());
        Assert.Single((await FindAsync(storage, new JobFilter { Tags = Tags(("team", "red"), ("size", "xl")) }, before: null, Long)).Ids);
    }

    /// <summary>Jobs of four days in every state, of several types, queues and tags.</summary>
    private static async Task FillAsync(TestStorage storage)
    {
        await storage.MakeDaysAsync(-3, -2);
        var random = new Random(7);
        for (var day = 3; day >= 0; day--)
        {
            var made = day;
            await storage.EnqueueAsync([.. Enumerable.Range(0, 600).Select(i => storage.NewJobOf(TimeSpan.FromDays(made)) with
            {
                Type = JobType.Parse(i % 50 == 0 ? "rare.type" : $"mail.t{i % 4}"),
                Queue = QueueName.Parse(i % 70 == 0 ? "rare" : $"q{random.Next(3)}"),
                Tags = i % 3 == 0 ? new Dictionary<string, string>(StringComparer.Ordinal) : Tags(("team", $"t{random.Next(i % 2 == 0 ? 3 : 40)}"), ("size", $"{i % 5}")),
                Delay = i % 10 == 0 ? TimeSpan.FromHours(1) : null,
                LimitKeys = i % 11 == 0 ? [LimitKey.Parse($"tenant:{i % 22}")] : [],
            })]);
        }

        await storage.KeyedJobs.EnqueueAllAsync([.. Enumerable.Range(0, 20).Select(i => storage.NewSequenceJob($"sequence-{i % 3}"))], Cancellation);

        // What is older than a minute was made then, as its id says.
        await storage.Database.ExecuteAsync(
            "UPDATE jobservice.jobs SET created_at = created_at - (current_date - 'epoch'::date - jobservice.day_of(id)) * interval '1 day' WHERE jobservice.day_of(id) < current_date - 'epoch'::date");
        JobType[] types = [.. Enumerable.Range(0, 4).Select(i => JobType.Parse($"mail.t{i}")), JobType.Parse("rare.type")];
        var claimer = storage.Claimer();
        foreach (var worker in (Core.Leases.WorkerId[])[await storage.RegisterWorkerAsync(), await storage.RegisterWorkerAsync()])
        {
            var claims = (await claimer.ExchangeAsync([], new ClaimRequest { Worker = worker, MaxJobs = 700, Types = types }, Cancellation)).Claims;
            var error = new AttemptError("demo.failed", "It failed.");
            await claimer.ExchangeAsync(
                [
                    .. claims.Where((_, i) => i % 7 < 3).Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null)),
                    .. claims.Where((_, i) => i % 7 == 3).Select(claim => JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, error, "attempts")),
                    .. claims.Where((_, i) => i % 7 == 4).Select(claim => JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, error, TimeSpan.FromHours(1))),
                    .. claims.Where((_, i) => i % 7 == 5).Select(claim => JobTransition.Release(claim.Id, claim.Token)),
                ],
                request: null,
                Cancellation);
            await storage.Database.ExecuteAsync("UPDATE jobservice.workers SET name = name || id");
            foreach (var claim in claims.Where((_, i) => i % 14 is 4 or 5))
                await storage.Jobs.CancelAsync(claim.Id, reason: null, actor: null, Cancellation);
        }
    }

    private static JobFilter FilterOf(Random random, IReadOnlyList<Job> all)
    {
        var one = all[random.Next(all.Count)];
        bool Maybe() => random.Next(3) == 0;
        return new JobFilter
        {
            States = Maybe() ? [.. Enum.GetValues<JobState>().Where(_ => random.Next(3) == 0)] : [],
            TypeGlob = Maybe() ? new[] { one.Type.Name, "mail.*", "rare.*", "*.t?", "none" }[random.Next(5)] : null,
            Queue = Maybe() ? one.Queue : null,
            Tags = Maybe() ? new Dictionary<string, string>(one.Tags.Take(random.Next(1, 3)), StringComparer.Ordinal) : new Dictionary<string, string>(StringComparer.Ordinal),
            Worker = random.Next(6) == 0 ? one.Worker ?? "nobody" : null,
            CreatedFrom = Maybe() ? one.CreatedAt : null,
            CreatedTo = Maybe() ? one.CreatedAt.AddHours(30) : null,
        };
    }

    private static bool Matches(JobFilter filter, Job job) =>
        (filter.States.Count == 0 || filter.States.Contains(job.State))
        && (filter.TypeGlob is not { } glob || System.Text.RegularExpressions.Regex.IsMatch(
            job.Type.Name, $"^{System.Text.RegularExpressions.Regex.Escape(glob).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}$", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)))
        && (filter.Queue is not { } queue || job.Queue == queue)
        && filter.Tags.All(tag => job.Tags.TryGetValue(tag.Key, out var value) && string.Equals(value, tag.Value, StringComparison.Ordinal))
        && (filter.Worker is not { } worker || string.Equals(job.Worker, worker, StringComparison.Ordinal))
        && !(job.CreatedAt < filter.CreatedFrom) && !(job.CreatedAt >= filter.CreatedTo);

    private static async Task<IReadOnlyList<JobId>> PagesAsync(TestStorage storage, JobFilter filter, int limit)
    {
        var seen = new List<JobId>();
        JobId? before = null;
        for (var pages = 0; pages < 1_000; pages++)
        {
            var page = await storage.Queries.ListAsync(filter, before, limit, Cancellation);
            seen.AddRange(page.Items.Select(job => job.Id));
            if (page.Next is null)
                return seen;
            before = page.Next;
        }

        throw new InvalidOperationException("The pages have no end.");
    }

    private static async Task<IReadOnlyList<JobId>> UpwardsAsync(TestStorage storage, JobFilter filter, int max)
    {
        var seen = new List<JobId>();
        JobId? place = null;
        do
        {
            var found = await FindAsync(storage, filter, place, Long, max, SearchOrder.OldestFirst);
            seen.AddRange(found.Ids);
            place = found.Next;
        }
        while (place is not null);
        return seen;
    }

    private static async Task<FoundJobs> FindAsync(
        TestStorage storage, JobFilter filter, JobId? before, TimeSpan time, int max = 1_000, SearchOrder order = SearchOrder.NewestFirst)
    {
        await using var connection = new NpgsqlConnection(PostgresDatabase.ForReading(storage.Database.ConnectionString));
        await connection.OpenAsync(Cancellation);
        var search = await JobSearch.BeginAsync(connection, TimeProvider.System, filter, order, time, Cancellation);
        return await search.FindAsync(before, max, Cancellation);
    }

    private static Dictionary<string, string> Tags(params (string Key, string Value)[] tags) => tags.ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
}
