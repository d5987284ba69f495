using JobService.Core.Storage;
using Npgsql;

namespace JobService.Storage.Tests.Sql;

/// <summary>How a search comes to its jobs, under the settings that it searches with: each way by its own index, from where it stands down or up, and in the days of its bounds.</summary>
public sealed class SearchPlanTests(FilledStorage storage) : IClassFixture<FilledStorage>
{
    private const string NoFilter = "NULL";

    public static TheoryData<bool> Fillings => [false, true];

    [Theory]
    [MemberData(nameof(Fillings))]
    public async Task All_jobs_are_walked_from_the_newest_down(bool isAnalyzed)
    {
        var plan = await PlanAsync("search_jobs", isAnalyzed, days: 1, window: 100);
        var withStates = await PlanAsync("search_jobs", isAnalyzed, days: 1, window: 100, states: "{6}");

        Assert.Equal(["jobs_pkey"], plan.Indexes);
        Assert.Equal(100, Assert.Single(plan.Scans).Rows);
        Assert.DoesNotContain("Sort", plan.NodeTypes.Where(_ => plan.Scans.Count > 1));
        AssertByIndex(withStates);
        Assert.Equal(["finished_jobs_pkey", "jobs_pkey"], withStates.Indexes.Except(["blocked_jobs_pkey", "running_jobs_pkey", "scheduled_jobs_id_idx"], StringComparer.Ordinal));
        Assert.Single(withStates.Days);
    }

    [Theory]
    [MemberData(nameof(Fillings))]
    public async Task Upwards_each_way_is_by_the_same_index(bool isAnalyzed)
    {
        await BuildAsync(isAnalyzed);
        var seldom = await storage.Of(isAnalyzed).Database.QueryAsync<int>("SELECT id FROM jobservice.schedules WHERE name = 'seldom'");
        (string Name, int Way, string Types, string Queue, string States, string Schedule)[] ways =
        [
            ("search_jobs", 0, NoFilter, NoFilter, NoFilter, NoFilter),
            ("search_chosen_jobs", 1, "{1,2}", NoFilter, NoFilter, NoFilter),
            ("search_chosen_jobs", 2, NoFilter, "1", NoFilter, NoFilter),
            ("search_chosen_jobs", 3, NoFilter, NoFilter, "{7,8}", NoFilter),
            ("search_chosen_jobs", 4, NoFilter, NoFilter, NoFilter, $"{seldom}"),
        ];

        foreach (var (name, way, types, queue, states, schedule) in ways)
        {
            string[] more = way == 0 ? [] : [$"{way}", schedule, NoFilter];
            var down = await PlanAsync(name, isAnalyzed, days: -2, window: 20, types, queue, states, span: 1, more);
            var up = await PlanAsync($"{name}_upwards", isAnalyzed, days: -2, window: 20, types, queue, states, span: 1, more);
            Assert.Equal(down.Indexes, up.Indexes);
            Assert.Equal(down.Scans.Select(scan => (scan.Table, scan.Type)).Order(), up.Scans.Select(scan => (scan.Table, scan.Type)).Order());
        }
    }

    [Theory]
    [MemberData(nameof(Fillings))]
    public async Task Jobs_of_a_type_and_of_a_queue_are_found_by_the_index_of_a_closed_day(bool isAnalyzed)
    {
        await BuildAsync(isAnalyzed);

        AssertIndexes(await ChosenAsync(isAnalyzed, way: 1, types: "{1,2}"), "jobs_pkey", "jobs_type_idx");
        AssertIndexes(await ChosenAsync(isAnalyzed, way: 2, queue: "1"), "jobs_pkey", "jobs_queue_idx");
    }

    [Theory]
    [MemberData(nameof(Fillings))]
    public async Task Jobs_with_tags_are_found_by_the_index_of_a_closed_day(bool isAnalyzed)
    {
        await BuildAsync(isAnalyzed);
        var (first, end) = await BoundsAsync(isAnalyzed, days: -2);

        var plan = await QueryPlan.OfAsync(Source(isAnalyzed, isByBitmap: true), SqlFile.Of("search_tagged_jobs"), "force_custom_plan", [end, first, """{"tenant": "1"}""", "100"]);

        Assert.Contains("jobs_tags_idx", plan.Indexes);
        Assert.DoesNotContain(plan.Scans, scan => scan.Type is "Seq Scan" or "Index Scan");
        Assert.Single(plan.Days);
    }

    [Theory]
    [MemberData(nameof(Fillings))]
    public async Task Jobs_of_a_state_are_found_in_its_own_place(bool isAnalyzed)
    {
        AssertIndexes(await ChosenAsync(isAnalyzed, way: 3, states: "{7,8}", days: -3, span: 4), "finished_jobs_id_idx", "finished_jobs_pkey", "jobs_pkey");
        AssertIndexes(await ChosenAsync(isAnalyzed, way: 3, states: "{2,5}", days: -3, span: 4), "finished_jobs_pkey", "jobs_pkey", "running_jobs_pkey", "scheduled_jobs_id_idx");
        AssertIndexes(await ChosenAsync(isAnalyzed, way: 3, states: "{4}", days: -3, span: 4), "finished_jobs_pkey", "jobs_pkey", "running_jobs_pkey");
    }

    [Theory]
    [MemberData(nameof(Fillings))]
    public async Task Jobs_of_a_schedule_are_found_by_its_runs(bool isAnalyzed)
    {
        var seldom = await storage.Of(isAnalyzed).Database.QueryAsync<int>("SELECT id FROM jobservice.schedules WHERE name = 'seldom'");

        var plan = await ChosenAsync(isAnalyzed, way: 4, schedule: $"{seldom}", days: -3, span: 10);

        AssertIndexes(plan, "jobs_pkey", "schedule_runs_job_idx");
        Assert.Contains("job_id <", Assert.Single(plan.Scans, scan => scan.Table is "schedule_runs").Condition, StringComparison.Ordinal);
    }

    private async Task BuildAsync(bool isAnalyzed)
    {
        // Of many types and queues, as they are in life.
        await storage.Of(isAnalyzed).Database.ExecuteAsync(
            "UPDATE jobservice.jobs SET type_id = 1 + get_byte(uuid_send(id), 15) % 50, queue_id = 1 + get_byte(uuid_send(id), 14) % 50 WHERE type_id = queue_id");
        while (await storage.Of(isAnalyzed).SearchIndexes.BuildNextAsync(TimeSpan.FromDays(30), TestContext.Current.CancellationToken))
        {
        }
    }

    private Task<QueryPlan> ChosenAsync(
        bool isAnalyzed, int way, string types = NoFilter, string queue = NoFilter, string states = NoFilter, string schedule = NoFilter, int days = -2, int span = 1) =>
        PlanAsync("search_chosen_jobs", isAnalyzed, days, window: 20, types, queue, states, span, $"{way}", schedule, NoFilter);

    private async Task<QueryPlan> PlanAsync(
        string name, bool isAnalyzed, int days, int window, string types = NoFilter, string queue = NoFilter, string states = NoFilter, int span = 1, params string[] more)
    {
        var (first, end) = await BoundsAsync(isAnalyzed, days, span);
        string?[] arguments = [end, first, $"{window}", "10", types, queue, NoFilter, NoFilter, NoFilter, states, NoFilter, .. more];
        return await QueryPlan.OfAsync(
            Source(isAnalyzed, isByBitmap: false), SqlFile.Of(name), "force_custom_plan", [.. arguments.Select(argument => string.Equals(argument, NoFilter, StringComparison.Ordinal) ? null : argument)]);
    }

    private async Task<(string First, string End)> BoundsAsync(bool isAnalyzed, int days, int span = 1)
    {
        var bounds = (await storage.Of(isAnalyzed).Database.QueryAsync<string>(
            """
            SELECT jobservice.first_id(((now() AT TIME ZONE 'UTC')::date + $1)::timestamp AT TIME ZONE 'UTC') || ' '
                   || jobservice.first_id(((now() AT TIME ZONE 'UTC')::date + $1 + $2)::timestamp AT TIME ZONE 'UTC')
            """,
            Math.Min(days, 0),
            span)).Split(' ');
        return (bounds[0], bounds[1]);
    }

    /// <summary>What <c>plan_search.sql</c> sets, of each connection.</summary>
    private NpgsqlDataSource Source(bool isAnalyzed, bool isByBitmap)
    {
        var address = new NpgsqlConnectionStringBuilder(PostgresDatabase.ForReading(storage.Of(isAnalyzed).Database.ConnectionString));
        address.Options += $" -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_indexscan={(isByBitmap ? "off" : "on")} -c enable_bitmapscan={(isByBitmap ? "on" : "off")}";
        return NpgsqlDataSource.Create(address.ConnectionString);
    }

    private static void AssertIndexes(QueryPlan plan, params string[] expected)
    {
        AssertByIndex(plan);
        Assert.Equal(expected, plan.Indexes);
    }

    private static void AssertByIndex(QueryPlan plan)
    {
        Assert.DoesNotContain(plan.Scans, scan => scan.Type is "Seq Scan");
        Assert.DoesNotContain(plan.Scans, scan => scan.Index is not null && scan.Condition is null);
        Assert.DoesNotContain("Hash Join", plan.NodeTypes);
        Assert.DoesNotContain("Merge Join", plan.NodeTypes);
    }
}
