using JobService.Core.Storage;
using Npgsql;

namespace JobService.Storage.Tests.Sql;

/// <summary>
/// The plans of the statements that run all the time, under the settings of their pool: by an index with a condition, in the
/// partitions of the days they name and no others, whatever the tables hold and whether or not they have statistics.
/// </summary>
public sealed class HotPlanTests(FilledStorage storage) : IClassFixture<FilledStorage>
{
    public static MatrixTheoryData<string, bool> Plans { get; } = new(["force_generic_plan", "force_custom_plan"], [false, true]);

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Enqueue_reads_no_table(string mode, bool isAnalyzed)
    {
        var plan = await PlanAsync(
            "enqueue_jobs", mode, isAnalyzed,
            $"{{{Guid.CreateVersion7()}}}", "{1}", "{1}", "{5}", "{NULL}", "{NULL}", "{NULL}", "{NULL}", "{1000}", "{NULL}", "{NULL}", "{NULL}", "{NULL}",
            "{NULL}", "{NULL}", "{NULL}", "{1}", "{alice}", "{NULL}", "{NULL}");

        Assert.Empty(plan.Scans);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Enqueueing_behind_others_reads_no_table_either(string mode, bool isAnalyzed)
    {
        var plan = await PlanAsync(
            "enqueue_sequence_jobs", mode, isAnalyzed,
            $"{{{Guid.CreateVersion7()}}}", "{1}", "{1}", "{5}", "{NULL}", "{NULL}", "{NULL}", "{NULL}", "{1000}", "{NULL}", "{NULL}", "{NULL}", "{NULL}",
            "{NULL}", "{NULL}", "{NULL}", "{1}", "{alice}", "{NULL}", "{NULL}", "{2}", "{1}");

        Assert.Empty(plan.Scans);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Claim_walks_the_lane_in_its_order(string mode, bool isAnalyzed)
    {
        var id = await ReadyAsync(isAnalyzed);
        var plan = await PlanAsync(
            "claim_jobs", mode, isAnalyzed, "{1,1,1,1}", "{102,104,2,4}", "{0,0,100,100}", "{1,1,50,50}", "{1}", "80", "1",
            await BoundAsync(isAnalyzed, id, 0), await BoundAsync(isAnalyzed, id, 1), "1", "{0,1,1,2}", "{80,5}", "100", "5", "{1}", "{4}", "{100}", """{"{7}"}""",
            await AskAsync<string>(isAnalyzed, "SELECT max(number)::text FROM jobservice.lanes"));

        AssertIndexes(plan, "jobs_pkey", "ready_jobs_pkey");
        Assert.Equal([await DayAsync(isAnalyzed, id)], plan.Days);
        Assert.All(plan.Scans.Where(scan => scan.Table is "ready_jobs" && scan.Index is not null), scan =>
        {
            Assert.Equal("Index Scan", scan.Type);
            Assert.Contains("seq >", scan.Condition, StringComparison.Ordinal);
            Assert.Contains("queue_id =", scan.Condition, StringComparison.Ordinal);
            Assert.Contains("rank =", scan.Condition, StringComparison.Ordinal);
        });
        Assert.Equal(["Tid Scan"], plan.Scans.Where(scan => scan.Index is null && scan.Table is "ready_jobs").Select(scan => scan.Type));
        Assert.DoesNotContain("Sort", plan.NodeTypes);
    }

    /// <summary>By how much is read, since a function keeps its plans to itself: limited jobs that came, of which there is one here, and jobs of a limited type in the lane of a queue, of which there are many.</summary>
    [Theory]
    [MemberData(nameof(Plans))]
    public async Task What_goes_before_a_claim_is_found_by_an_index(string mode, bool isAnalyzed)
    {
        var type = await AskAsync<int>(isAnalyzed, "SELECT min(type_id) FROM jobservice.ready_jobs");
        await using var connection = await storage.Of(isAnalyzed).Hot.OpenConnectionAsync(TestContext.Current.CancellationToken);
        foreach (var (afterSeq, limitedRank, goesBefore) in new[] { (0L, 9, true), (long.MaxValue - 1, 4, true), (long.MaxValue - 1, 5, false), (long.MaxValue, 4, false) })
        {
            await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var set = new NpgsqlCommand($"SET LOCAL plan_cache_mode = {mode}", connection, transaction);
            await set.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await using var add = new NpgsqlCommand(
                """
                INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
                VALUES (9223372036854775807, gen_random_uuid(), -1, $1, 1000, 0, $2, 0, 0)
                """,
                connection,
                transaction)
            { Parameters = { new() { Value = type }, new() { Value = (short)limitedRank } } };
            await add.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            var (tableBefore, indexesBefore) = await ReadAsync();
            await using var claim = new NpgsqlCommand(
                """
                SELECT jobservice.open_claim(s.version, (SELECT max(number) FROM jobservice.lanes), 5::smallint, $1, ARRAY[1], ARRAY[4::smallint], ARRAY[$1], ARRAY[$2])
                FROM jobservice.claim_settings s
                """,
                connection,
                transaction)
            { Parameters = { new() { Value = afterSeq }, new() { Value = $"{{{type}}}" } } };
            Assert.Equal(goesBefore, (await claim.ExecuteScalarAsync(TestContext.Current.CancellationToken)) is -1L);
            var (table, indexes) = await ReadAsync();

            // Where a plan is made for the very values, the planner looks at an end or two of the indexes.
            Assert.Equal(tableBefore, table);
            Assert.InRange(indexes - indexesBefore, goesBefore ? 1 : 0, 5);

            async Task<(long Table, long Indexes)> ReadAsync()
            {
                await using var read = new NpgsqlCommand(
                    """
                    SELECT pg_stat_get_xact_tuples_returned('jobservice.ready_jobs'::regclass),
                           pg_stat_get_xact_tuples_returned('jobservice.ready_jobs_limited_idx'::regclass) + pg_stat_get_xact_tuples_returned('jobservice.ready_jobs_pkey'::regclass)
                    """,
                    connection,
                    transaction);
                await using var reader = await read.ExecuteReaderAsync(TestContext.Current.CancellationToken);
                Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
                return (reader.GetInt64(0), reader.GetInt64(1));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Completing_finds_each_claim_by_its_key(string mode, bool isAnalyzed)
    {
        var (id, token) = (await AskAsync<Guid>(isAnalyzed, "SELECT id FROM jobservice.running_jobs LIMIT 1"), 0L);
        token = await AskAsync<long>(isAnalyzed, "SELECT lease_token FROM jobservice.running_jobs WHERE id = $1", id);
        foreach (var statement in (string[])["apply_transitions", "apply_sequence_transitions"])
        {
            var plan = await PlanAsync(
                statement, mode, isAnalyzed, $"{{{id}}}", $"{{{token}}}", "{2}", "{NULL}", "{NULL}", "{1000}", "{NULL}", "{1}", "{a}", "{b}", "{NULL}");

            AssertIndexes(plan, "running_jobs_pkey");
            Assert.Empty(plan.Days);
        }
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Completing_what_succeeded_finds_each_claim_by_its_key(string mode, bool isAnalyzed)
    {
        var id = await AskAsync<Guid>(isAnalyzed, "SELECT id FROM jobservice.running_jobs LIMIT 1");
        var token = await AskAsync<long>(isAnalyzed, "SELECT lease_token FROM jobservice.running_jobs WHERE id = $1", id);
        var plan = await PlanAsync("complete_jobs", mode, isAnalyzed, $"{{{id}}}", $"{{{token}}}");

        AssertIndexes(plan, "running_jobs_pkey");
        Assert.Empty(plan.Days);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Bodies_are_read_from_the_one_partition_of_their_day(string mode, bool isAnalyzed)
    {
        var id = await AskAsync<Guid>(isAnalyzed, "SELECT max(id::text)::uuid FROM jobservice.running_jobs");
        var day = await DayAsync(isAnalyzed, id);
        var plan = await PlanAsync("read_claimed_bodies", mode, isAnalyzed, $"{{{id},{id}}}", await BoundAsync(isAnalyzed, id, 0), await BoundAsync(isAnalyzed, id, 1));

        AssertIndexes(plan, "jobs_pkey");
        Assert.Equal([day], plan.Days);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Final_jobs_are_looked_up_between_the_first_and_the_last(string mode, bool isAnalyzed)
    {
        var id = await AskAsync<Guid>(isAnalyzed, "SELECT max(id::text)::uuid FROM jobservice.finished_jobs");
        var plan = await PlanAsync("read_final_jobs", mode, isAnalyzed, $"{{{id}}}", id.ToString(), id.ToString());

        AssertIndexes(plan, "finished_jobs_pkey");
        Assert.Equal([await DayAsync(isAnalyzed, id)], plan.Days);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Promotion_walks_the_due_jobs_in_their_order(string mode, bool isAnalyzed)
    {
        var plan = await PlanAsync("promote_due_jobs", mode, isAnalyzed, "1970-01-01T00:00:00Z", "100");

        AssertIndexes(plan, "scheduled_jobs_pkey");
        Assert.Contains("run_at >", Assert.Single(plan.Scans, scan => scan.Index is not null).Condition, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Expiry_looks_each_due_job_up_in_its_places(string mode, bool isAnalyzed)
    {
        var plan = await PlanAsync("expire_jobs", mode, isAnalyzed, "1970-01-01T00:00:00Z", Guid.Empty.ToString(), "20");

        AssertIndexes(
            plan, "blocked_jobs_pkey", "expiring_jobs_pkey", "finished_jobs_pkey", "jobs_pkey", "ready_jobs_moved_idx", "ready_jobs_pkey", "running_jobs_pkey", "scheduled_jobs_id_idx");
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Reclaiming_scans_what_runs_and_nothing_else(string mode, bool isAnalyzed)
    {
        var plan = await PlanAsync("reclaim_jobs", mode, isAnalyzed, $"{storage.Worker.Value}", "3", "1000", "60000");

        Assert.All(plan.Scans, scan => Assert.Contains(scan.Table, (string[])["running_jobs", "workers"]));
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Disowning_scans_what_runs_and_nothing_else(string mode, bool isAnalyzed)
    {
        var plan = await PlanAsync("disown_claims", mode, isAnalyzed, "1", "{}");

        Assert.All(plan.Scans, scan => Assert.Equal("running_jobs", scan.Table));
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Requests_to_cancel_are_read_by_the_jobs_a_worker_runs(string mode, bool isAnalyzed)
    {
        var id = await AskAsync<Guid>(isAnalyzed, "SELECT id FROM jobservice.running_jobs LIMIT 1");

        AssertIndexes(await PlanAsync("read_cancel_requests", mode, isAnalyzed, "1", $"{{{id}}}"), "running_jobs_pkey");
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task A_lease_is_renewed_by_its_key_or_among_the_living(string mode, bool isAnalyzed)
    {
        var plan = await PlanAsync("renew_lease", mode, isAnalyzed, "1", "15000", "false");

        AssertReads(plan);
        Assert.Contains(Assert.Single(plan.Indexes), (string[])["workers_pkey", "workers_live_idx"]);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Cancelling_a_queued_job_looks_in_every_place_by_key_and_in_one_day(string mode, bool isAnalyzed)
    {
        var id = await ReadyAsync(isAnalyzed);
        var plan = await PlanAsync("cancel_job", mode, isAnalyzed, id.ToString(), "why", null, "false");

        AssertIndexes(plan, "blocked_jobs_pkey", "finished_jobs_pkey", "jobs_pkey", "ready_jobs_moved_idx", "ready_jobs_pkey", "running_jobs_pkey", "scheduled_jobs_id_idx");
        Assert.Equal([await DayAsync(isAnalyzed, id)], plan.Days);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Editing_a_queued_job_looks_in_every_place_by_key_and_in_one_day(string mode, bool isAnalyzed)
    {
        var id = await ReadyAsync(isAnalyzed);
        var plan = await PlanAsync("edit_job", mode, isAnalyzed, id.ToString(), null, null, "9", null, null, null, null, "priority", null, null);

        AssertIndexes(plan, "blocked_jobs_pkey", "jobs_pkey", "ready_jobs_moved_idx", "ready_jobs_pkey", "scheduled_jobs_id_idx");
        Assert.Equal([await DayAsync(isAnalyzed, id)], plan.Days);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Deleting_a_queued_job_stays_in_one_day(string mode, bool isAnalyzed)
    {
        var id = await ReadyAsync(isAnalyzed);
        var plan = await PlanAsync("delete_job", mode, isAnalyzed, id.ToString());

        AssertIndexes(
            plan, "attempts_pkey", "blocked_jobs_pkey", "expiring_jobs_pkey", "finished_jobs_pkey", "job_events_pkey", "jobs_pkey", "ready_jobs_moved_idx", "ready_jobs_pkey", "scheduled_jobs_id_idx");
        Assert.Equal([await DayAsync(isAnalyzed, id)], plan.Days);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Restarting_a_final_job_stays_in_one_day(string mode, bool isAnalyzed)
    {
        var id = await AskAsync<Guid>(isAnalyzed, "SELECT min(id::text)::uuid FROM jobservice.finished_jobs");
        var plan = await PlanAsync("restart_job", mode, isAnalyzed, id.ToString(), null, null, null);

        AssertIndexes(plan, "finished_jobs_pkey", "jobs_pkey");
        Assert.Equal([await DayAsync(isAnalyzed, id)], plan.Days);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Erasing_a_final_job_stays_in_one_day(string mode, bool isAnalyzed)
    {
        var id = await AskAsync<Guid>(isAnalyzed, "SELECT min(id::text)::uuid FROM jobservice.finished_jobs");
        var plan = await PlanAsync("erase_job", mode, isAnalyzed, id.ToString(), null);

        AssertIndexes(plan, "finished_jobs_pkey", "jobs_pkey");
        Assert.Equal([await DayAsync(isAnalyzed, id)], plan.Days);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task The_standing_of_a_job_is_read_by_its_key_in_one_day(string mode, bool isAnalyzed)
    {
        var id = await ReadyAsync(isAnalyzed);
        var plan = await PlanAsync("read_job_state", mode, isAnalyzed, id.ToString());

        AssertIndexes(plan, "blocked_jobs_pkey", "finished_jobs_pkey", "job_events_pkey", "jobs_pkey", "ready_jobs_moved_idx", "running_jobs_pkey", "scheduled_jobs_id_idx");
        Assert.Equal([await DayAsync(isAnalyzed, id)], plan.Days);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task A_position_is_counted_from_the_head_of_the_queue(string mode, bool isAnalyzed)
    {
        var id = await ReadyAsync(isAnalyzed);
        var plan = await PlanAsync("read_position", mode, isAnalyzed, id.ToString(), "100");

        AssertIndexes(plan, "jobs_pkey", "limit_lanes_queue_id_type_id_keys_key", "ready_jobs_moved_idx", "ready_jobs_pkey");
        Assert.Contains(plan.Scans, scan => scan.Index is "ready_jobs_pkey" && scan.Condition!.Contains("ROW(", StringComparison.Ordinal));
        Assert.Equal([await DayAsync(isAnalyzed, id)], plan.Days);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Results_that_are_over_are_found_by_their_time(string mode, bool isAnalyzed)
    {
        var plan = await PlanAsync("prune_results", mode, isAnalyzed, "100");

        AssertIndexes(plan, [.. plan.Indexes.Where(index => index is "finished_jobs_pkey"), "finished_jobs_result_until_idx"]);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Thinning_a_day_stays_in_its_partitions(string mode, bool isAnalyzed)
    {
        var id = await AskAsync<Guid>(isAnalyzed, "SELECT min(id::text)::uuid FROM jobservice.finished_jobs");
        var plan = await PlanAsync("prune_jobs", mode, isAnalyzed, await BoundAsync(isAnalyzed, id, 0), await BoundAsync(isAnalyzed, id, 1), "0", "100");

        AssertReads(plan);
        Assert.Equal([await DayAsync(isAnalyzed, id)], plan.Days);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Pruning_a_queue_looks_at_the_jobs_of_one_day_in_their_order(string mode, bool isAnalyzed)
    {
        var id = await AskAsync<Guid>(isAnalyzed, "SELECT min(id::text)::uuid FROM jobservice.finished_jobs");
        var plan = await PlanAsync("prune_queue_jobs", mode, isAnalyzed, await BoundAsync(isAnalyzed, id, 0), await BoundAsync(isAnalyzed, id, 1), "3600000", "100");

        Assert.Equal([await DayAsync(isAnalyzed, id)], plan.Days);
        Assert.DoesNotContain(plan.Scans, scan => scan.Type is "Seq Scan" && scan.Table is not "queues");
        Assert.DoesNotContain("Hash Join", plan.NodeTypes);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Purging_walks_a_lane_or_what_is_scheduled_in_its_order(string mode, bool isAnalyzed)
    {
        var ready = await PlanAsync("purge_ready_jobs", mode, isAnalyzed, "1", "4", "0", "1000000", "100", "2099-01-01T00:00:00Z", "why", null);
        var scheduled = await PlanAsync(
            "purge_scheduled_jobs", mode, isAnalyzed, "1970-01-01T00:00:00Z", Guid.Empty.ToString(), "1", "2099-01-01T00:00:00Z", "why", "100", null);
        var blocked = await PlanAsync("purge_blocked_jobs", mode, isAnalyzed, Guid.Empty.ToString(), "1", "2099-01-01T00:00:00Z", "why", "100", null);

        AssertIndexes(ready, "jobs_pkey", "ready_jobs_pkey");
        AssertIndexes(scheduled, "jobs_pkey", "scheduled_jobs_pkey");
        AssertIndexes(blocked, "blocked_jobs_pkey", "jobs_pkey");
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task The_standing_of_a_day_is_one_pass_over_its_partitions_however_many_jobs_it_has(string mode, bool isAnalyzed)
    {
        var id = await AskAsync<Guid>(isAnalyzed, "SELECT min(id::text)::uuid FROM jobservice.finished_jobs");
        await using var maintenance = NpgsqlDataSource.Create(PostgresDatabase.ForMaintenance(storage.Of(isAnalyzed).Database.ConnectionString));
        var plan = await QueryPlan.OfAsync(
            maintenance, SqlFile.Of("read_day_standing"), mode, [await BoundAsync(isAnalyzed, id, 0), await BoundAsync(isAnalyzed, id, 1), "864000000"]);

        Assert.DoesNotContain("Nested Loop", plan.NodeTypes);
        Assert.Equal([await DayAsync(isAnalyzed, id)], plan.Days);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task A_page_of_schedules_and_their_last_runs_is_read_by_name_and_one_run_each(string mode, bool isAnalyzed)
    {
        AssertIndexes(await PlanAsync("read_schedules", mode, isAnalyzed, "schedule-20", "false", "10"), "schedules_name_key");

        var id = await AskAsync<Guid>(isAnalyzed, "SELECT min(id::text)::uuid FROM jobservice.finished_jobs");
        var plan = await PlanAsync("read_schedule_runs", mode, isAnalyzed, "{schedule-20,schedule-21,schedule-22}", "infinity", "0", "1");
        AssertIndexes(plan, "finished_jobs_pkey", "jobs_pkey", "running_jobs_pkey", "schedule_runs_pkey", "scheduled_jobs_id_idx", "schedules_name_key");
        Assert.Equal([await DayAsync(isAnalyzed, id)], plan.Days);
        Assert.Equal(1, Assert.Single(plan.Scans, scan => scan.Table is "schedule_runs").Rows);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task A_page_of_runs_begins_in_the_index_where_the_last_one_ended(string mode, bool isAnalyzed)
    {
        var plan = await PlanAsync("read_schedule_runs", mode, isAnalyzed, "{schedule-20}", "2099-01-01T00:00:00Z", "0", "10");

        var runs = Assert.Single(plan.Scans, scan => scan.Table is "schedule_runs");
        Assert.Equal(("schedule_runs_pkey", 10), (runs.Index, runs.Rows));
        Assert.Contains("ROW(due_at, kind) <", runs.Condition, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task What_a_schedule_is_decided_by_is_read_by_key(string mode, bool isAnalyzed)
    {
        var schedule = await AskAsync<int>(isAnalyzed, "SELECT id FROM jobservice.schedules WHERE name = 'schedule-20'");
        var ended = await DayAsync(isAnalyzed, await AskAsync<Guid>(isAnalyzed, "SELECT min(id::text)::uuid FROM jobservice.finished_jobs"));
        var live = await DayAsync(isAnalyzed, await AskAsync<Guid>(isAnalyzed, "SELECT min(id::text)::uuid FROM jobservice.running_jobs"));
        var standing = await PlanAsync("read_schedule_standing", mode, isAnalyzed, $"{{{schedule}}}");
        var made = await PlanAsync("read_live_jobs", mode, isAnalyzed, $"{schedule}", "10");

        AssertIndexes(standing, "finished_jobs_pkey", "jobs_pkey", "schedule_runs_fired_idx", "schedules_pkey");
        Assert.Equal(new[] { ended, live }.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), standing.Days);
        AssertIndexes(made, ["finished_jobs_pkey", .. made.Indexes.Where(index => index is "jobs_pkey"), .. made.Indexes.Where(index => index is "schedule_runs_fired_idx" or "schedule_runs_job_idx").Take(1)]);
        Assert.Equal([ended], made.Days);
        Assert.DoesNotContain("Sort", standing.NodeTypes);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task What_a_backfill_must_know_is_read_by_key(string mode, bool isAnalyzed)
    {
        var schedule = await AskAsync<int>(isAnalyzed, "SELECT id FROM jobservice.schedules WHERE name = 'schedule-20'");

        var plan = await PlanAsync("read_told_runs", mode, isAnalyzed, $"{schedule}", "2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "100");

        // Those that have a job may be read by any index of the schedule.
        AssertIndexes(plan, ["forgotten_runs_pkey", .. plan.Indexes.Where(index => index is "schedule_runs_fired_idx" or "schedule_runs_job_idx"), "schedule_runs_pkey"]);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task The_runs_of_a_schedule_are_found_among_those_of_others_that_are_due_more_often(string mode, bool isAnalyzed)
    {
        var seldom = await AskAsync<int>(isAnalyzed, "SELECT id FROM jobservice.schedules WHERE name = 'seldom'");

        foreach (var (name, arguments) in ((string, string[])[])
        [
            ("read_schedule_runs", ["{seldom}", "infinity", "0", "1"]),
            ("read_schedule_runs", ["{seldom}", "2099-01-01T00:00:00Z", "0", "10"]),
            ("read_schedule_standing", [$"{{{seldom}}}"]),
            ("read_live_jobs", [$"{seldom}", "10"]),
            ("read_told_runs", [$"{seldom}", "2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "100"]),
        ])
        {
            var runs = (await PlanAsync(name, mode, isAnalyzed, arguments)).Scans.Where(scan => scan.Table is "schedule_runs").ToArray();
            Assert.NotEmpty(runs);
            Assert.All(runs, scan => Assert.Contains("schedule_id =", scan.Condition, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Jobs_that_are_not_final_are_passed_over_up_to_a_bound_when_failures_are_counted(string mode, bool isAnalyzed)
    {
        var often = await AskAsync<int>(isAnalyzed, "SELECT id FROM jobservice.schedules WHERE name = 'often'");

        var plan = await PlanAsync("read_schedule_standing", mode, isAnalyzed, $"{{{often}}}");

        Assert.Equal(10_000, Assert.Single(plan.Scans, scan => scan.Table is "schedule_runs").Rows);
        Assert.DoesNotContain("Sort", plan.NodeTypes);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Of_the_schedules_that_wait_a_round_looks_at_some(string mode, bool isAnalyzed)
    {
        var plan = await PlanAsync("read_due_schedules", mode, isAnalyzed, "4", null, "{}", "0");

        AssertIndexes(plan, ["finished_jobs_pkey", "jobs_pkey", "schedules_due_idx", .. plan.Indexes.Where(index => index is "schedules_pkey"), "schedules_waiting_idx"]);
        Assert.Equal(20, Assert.Single(plan.Scans, scan => scan.Index is "schedules_waiting_idx" && scan.Rows > 0).Rows);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Runs_that_are_over_are_found_by_their_time(string mode, bool isAnalyzed)
    {
        var plan = await PlanAsync("prune_schedule_runs", mode, isAnalyzed, "3600000", "100");

        AssertIndexes(plan, "schedule_runs_age_idx");
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Names_of_deleted_schedules_that_are_over_are_found_by_their_time(string mode, bool isAnalyzed)
    {
        var plan = await PlanAsync("prune_deleted_schedules", mode, isAnalyzed, "3600000", "100");

        AssertIndexes(plan, "deleted_schedules_deleted_at_idx");
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Sequences_are_locked_and_led_by_key_whatever_their_number(string mode, bool isAnalyzed)
    {
        var id = await AskAsync<long>(isAnalyzed, "SELECT min(id) FROM jobservice.sequences");

        AssertReads(await PlanAsync("lock_sequences", mode, isAnalyzed, "{sequence-1,sequence-2}", "1000"));
        AssertIndexes(await PlanAsync("read_locked_sequences", mode, isAnalyzed, "{sequence-1,sequence-2}"), "sequences_key_key");
        AssertIndexes(await PlanAsync("lead_sequences", mode, isAnalyzed, $"{{{id}}}", $"{{{Guid.CreateVersion7()}}}"), "sequences_pkey");
        AssertIndexes(await PlanAsync("pass_head", mode, isAnalyzed, "sequence-1", null, null, null), "sequences_held_idx");
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task The_next_job_of_a_sequence_is_found_behind_its_head_and_in_one_day(string mode, bool isAnalyzed)
    {
        var head = await AskAsync<Guid>(isAnalyzed, "SELECT job_id FROM jobservice.sequence_ends e JOIN jobservice.sequences s ON s.head_id = e.job_id LIMIT 1");
        var sequence = await AskAsync<long>(isAnalyzed, "SELECT id FROM jobservice.sequences WHERE head_id = $1", head);
        var seq = await AskAsync<long>(isAnalyzed, "SELECT seq FROM jobservice.sequence_ends WHERE job_id = $1", head);
        var at = await AskAsync<string>(isAnalyzed, "SELECT ended_at::text FROM jobservice.sequence_ends WHERE job_id = $1", head);

        var ends = await PlanAsync("lock_ended_sequences", mode, isAnalyzed, "1970-01-01T00:00:00Z", "0", "10");
        var advance = await PlanAsync("advance_sequences", mode, isAnalyzed, $"{{{at}}}", $"{{{seq}}}", $"{{{head}}}", "{6}", "{false}", $"{{{sequence}}}", null);

        AssertIndexes(ends, "sequence_ends_pkey", "sequences_head_id_key");
        Assert.Equal(10, Assert.Single(ends.Scans, scan => scan.Table is "sequence_ends").Rows);
        AssertIndexes(advance, "blocked_jobs_pkey", "blocked_jobs_sequence_id_position_key", "finished_jobs_pkey", "sequence_ends_pkey", "sequences_head_id_key", "sequences_pkey");
        Assert.Equal(1, Assert.Single(advance.Scans, scan => scan.Index is "blocked_jobs_sequence_id_position_key").Rows);
        Assert.Equal([await DayAsync(isAnalyzed, head)], advance.Days);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task A_page_of_sequences_is_read_by_key(string mode, bool isAnalyzed)
    {
        var behind = await AskAsync<Guid>(isAnalyzed, "SELECT id FROM jobservice.blocked_jobs ORDER BY position DESC LIMIT 1");
        foreach (var isHeld in (string?[])[null, "true", "false"])
        {
            var page = await PlanAsync("read_sequences", mode, isAnalyzed, "sequence-10", "false", "sequence-", isHeld, "5", "3", "100");
            AssertReads(page);
            Assert.All(page.Scans.Where(scan => scan.Table is "sequences"), scan => Assert.InRange(scan.Rows, 0, 5));
        }

        AssertIndexes(
            await PlanAsync("read_sequence_place", mode, isAnalyzed, behind.ToString(), "10"),
            "blocked_jobs_pkey", "blocked_jobs_sequence_id_position_key", "jobs_pkey", "sequences_head_id_key", "sequences_pkey");
        AssertReads(await PlanAsync("recover_sequences", mode, isAnalyzed, "sequence-10", "5"));
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Folding_walks_the_notes_from_where_they_begin(string mode, bool isAnalyzed)
    {
        var plan = await PlanAsync("fold_statistics", mode, isAnalyzed, "false", "10");

        Assert.Equal(["stat_deltas_xid_idx"], plan.Indexes.Where(index => index is not "stat_folds_pkey"));
        Assert.Equal(["Tid Scan"], plan.Scans.Where(scan => scan.Index is null && scan.Table is "stat_deltas").Select(scan => scan.Type));
        AssertBounds(plan);
    }

    /// <summary>On the connections of reading, where each such statement is told first to go by indexes.</summary>
    [Theory]
    [MemberData(nameof(Plans))]
    public async Task What_queues_do_is_read_without_their_jobs(string mode, bool isAnalyzed)
    {
        await using var reading = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(PostgresDatabase.ForReading(storage.Of(isAnalyzed).Database.ConnectionString)) { Options = "-c enable_seqscan=off -c enable_bitmapscan=off" }.ConnectionString);
        string[] jobs = ["jobs", "ready_jobs", "running_jobs", "scheduled_jobs", "finished_jobs"];

        foreach (var (statement, arguments) in new (string, string?[])[] { ("read_queue_statistics", [null]), ("read_queue_depths", []) })
        {
            var plan = await QueryPlan.OfAsync(reading, SqlFile.Of(statement), mode, arguments);
            Assert.DoesNotContain(plan.Scans, scan => jobs.Contains(QueryPlan.WithoutDay(scan.Table!), StringComparer.Ordinal));
            AssertBounds(plan);
        }

        var oldest = await QueryPlan.OfAsync(reading, SqlFile.Of("read_oldest_waits"), mode, [null]);
        Assert.All(oldest.Scans.Where(scan => scan.Table is "ready_jobs"), scan => Assert.Equal(("Index Scan", "ready_jobs_pkey"), (scan.Type, scan.Index)));
        Assert.Contains(oldest.Scans, scan => scan.Table is "ready_jobs" && scan.Condition!.Contains("rank =", StringComparison.Ordinal));

        var history = await QueryPlan.OfAsync(reading, SqlFile.Of("read_queue_history"), mode, ["default", "2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"]);
        Assert.All(history.Scans.Where(scan => scan.Table is "stat_minutes"), scan => Assert.Contains("queue_id =", scan.Condition, StringComparison.Ordinal));
    }

    /// <summary>From a transaction on, and those of certain transactions before it, by the index, which makes no detour by a sort of all there are.</summary>
    private static void AssertBounds(QueryPlan plan)
    {
        var bounds = plan.Scans.Where(scan => scan.Index is "stat_deltas_xid_idx").Select(scan => scan.Condition!).ToArray();
        Assert.Equal(2, bounds.Length);
        Assert.Single(bounds, bound => bound.Contains("xid >=", StringComparison.Ordinal));
        Assert.Single(bounds, bound => bound.Contains("xid = ANY", StringComparison.Ordinal));
    }

    private Task<QueryPlan> PlanAsync(string name, string mode, bool isAnalyzed, params string?[] arguments) =>
        QueryPlan.OfAsync(storage.Of(isAnalyzed).Hot, SqlFile.Of(name), mode, arguments);

    private static void AssertIndexes(QueryPlan plan, params string[] expected)
    {
        AssertReads(plan);
        Assert.Equal(expected, plan.Indexes);
    }

    /// <summary>No table is read from end to end, neither by itself nor along an index without a condition.</summary>
    private static void AssertReads(QueryPlan plan)
    {
        Assert.DoesNotContain(plan.Scans, scan => scan.Type is "Seq Scan" && scan.Table is not "ready_seq");
        Assert.DoesNotContain(plan.Scans, scan => scan.Index is not null && scan.Condition is null);
        Assert.DoesNotContain("Hash Join", plan.NodeTypes);
        Assert.DoesNotContain("Merge Join", plan.NodeTypes);
    }

    private Task<T> AskAsync<T>(bool isAnalyzed, string sql, params object[] parameters) => storage.Of(isAnalyzed).Database.QueryAsync<T>(sql, parameters);

    private Task<Guid> ReadyAsync(bool isAnalyzed) => AskAsync<Guid>(isAnalyzed, "SELECT min(id::text)::uuid FROM jobservice.ready_jobs WHERE flags = 0");

    private Task<string> DayAsync(bool isAnalyzed, Guid id) => AskAsync<string>(isAnalyzed, "SELECT to_char('epoch'::date + jobservice.day_of($1), 'YYYYMMDD')", id);

    private async Task<string> BoundAsync(bool isAnalyzed, Guid id, int days) => (await AskAsync<Guid>(
        isAnalyzed, "SELECT jobservice.first_id(('epoch'::date + jobservice.day_of($1) + $2)::timestamp AT TIME ZONE 'UTC')", id, days)).ToString();
}
