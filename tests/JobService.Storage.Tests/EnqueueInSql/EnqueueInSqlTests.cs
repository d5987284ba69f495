using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Rates;
using JobService.Core.Storage.Reading;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Storage.Tests.EnqueueInSql;

/// <summary>What <c>jobservice.enqueue</c> is to its caller's transaction and to others at the same time. That the job is the one that the API makes is tested with the API.</summary>
public sealed class EnqueueInSqlTests(TestStorage storage) : IClassFixture<TestStorage>, IAsyncLifetime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The names that they all have in common are known, whichever comes first: nobody waits for those.</summary>
    public async ValueTask InitializeAsync() => await storage.EnqueueAsync(storage.NewJob());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_job_is_claimed_once_it_is_committed_and_what_it_names_is_known_then()
    {
        var worker = await storage.RegisterWorkerAsync();
        var clock = new FakeTimeProvider();
        var claimer = storage.Claimer(clock);
        await using var transaction = await SqlTransaction.BeginAsync(storage);
        var id = await transaction.EnqueueAsync("sql.first", """{"a":1}""", """{"queue":"sql.new","priority":3,"limitKeys":["sql:new"]}""");
        var other = Assert.Single(await storage.EnqueueAsync(storage.NewJob(type: "sql.beside")));
        var request = new ClaimRequest { Worker = worker, MaxJobs = 10, Types = [JobType.Parse("sql.first"), JobType.Parse("sql.beside")] };

        // Nobody waits for the transaction: not a worker that has a handler of the new type.
        Assert.Equal([other], (await claimer.ExchangeAsync([], request, Stop)).Claims.Select(claim => claim.Id));
        await transaction.CommitAsync();
        Claim? claim = null;
        for (; claim is null; clock.Advance(TimeSpan.FromSeconds(1)))
            claim = (await claimer.ExchangeAsync([], request, Stop)).Claims.SingleOrDefault();

        Assert.Equal((id, "sql.new", """{"a":1}"""), (claim.Id, claim.Queue.Name, System.Text.Encoding.UTF8.GetString(claim.Payload.Span)));
    }

    [Fact]
    public async Task What_limits_hold_a_job_up_is_told_before_anyone_has_claimed_under_its_key()
    {
        foreach (var text in new[] { "sql:told*", "sql:to*" })
        {
            Assert.True(LimitPattern.TryParse(text, out var pattern));
            Assert.Null((await storage.Limits.SaveAsync(pattern, new LimitSettings { IsPaused = text.Length > 7, Rate = new RateLimit(3, TimeSpan.FromSeconds(1), Burst: 1) }, Stop)).Refusal);
        }

        await using var transaction = await SqlTransaction.BeginAsync(storage);
        var id = await transaction.EnqueueAsync(options: """{"limitKeys":["sql:told.1"]}""");
        await transaction.CommitAsync();

        var standing = Assert.Single(await new PostgresLimitQueries(storage.Hot).StandingsAsync(id, Stop));
        Assert.Equal(("sql:told.1", "sql:told*", true, 0), (standing.Key.Text, standing.Pattern.Text, standing.IsPaused, standing.Running));
        Assert.Null(standing.OpensAt);
    }

    [Fact]
    public async Task After_a_rollback_nothing_of_it_is_left()
    {
        const string count = """
            SELECT (SELECT count(*) FROM jobservice.jobs) + (SELECT count(*) FROM jobservice.ready_jobs) + (SELECT count(*) FROM jobservice.scheduled_jobs) + (SELECT count(*) FROM jobservice.expiring_jobs)
                 + (SELECT count(*) FROM jobservice.job_keys) + (SELECT count(*) FROM jobservice.lanes) + (SELECT count(*) FROM jobservice.limit_lanes) + (SELECT count(*) FROM jobservice.limit_keys)
                 + (SELECT count(*) FROM jobservice.queues) + (SELECT count(*) FROM jobservice.job_types) + (SELECT count(*) FROM jobservice.stat_deltas)
            """;
        await using var fresh = await TestStorage.CreateAsync();
        await using (var transaction = await SqlTransaction.BeginAsync(fresh))
        {
            await transaction.EnqueueAsync(options: """{"queue":"gone","limitKeys":["gone"],"unique":{"key":"gone"},"expiresAt":"2090-01-01T00:00:00Z"}""");
            await transaction.EnqueueAsync(options: """{"delay":"1h"}""");
            Assert.Equal(2L, await transaction.QueryAsync<long>("SELECT count(*) FROM jobservice.jobs"));
        }

        Assert.Equal(0L, await fresh.Database.QueryAsync<long>(count));

        // And the names that are new again are new to the service too.
        var job = fresh.NewJob() with { Queue = QueueName.Parse("gone"), LimitKeys = [LimitKey.Parse("gone")] };
        Assert.Equal([job.Id], await fresh.EnqueueAsync(job));
    }

    [Fact]
    public async Task A_refusal_is_raised_with_every_fault_or_told_as_a_value_that_leaves_the_transaction_alone()
    {
        await using var transaction = await SqlTransaction.BeginAsync(storage);
        await transaction.EnqueueAsync("sql.kept");
        var told = await transaction.QueryAsync<string>("SELECT refusal::text FROM jobservice.try_enqueue_job('Sql', NULL, '{\"queue\":\"Q\"}')");
        Assert.Contains("\"/type\"", told, StringComparison.Ordinal);
        Assert.Contains("\"/queue\"", told, StringComparison.Ordinal);
        await transaction.CommitAsync();

        await using var detailed = new NpgsqlConnection(storage.Database.ConnectionString + ";Include Error Detail=true");
        await detailed.OpenAsync(Stop);
        await using var command = new NpgsqlCommand("SELECT jobservice.enqueue('sql.raised', '1', '{\"priority\":10}')", detailed);
        var raised = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Stop));

        Assert.Equal(("22023", "Expected a number from 0 to 9.", """[{"pointer" : "/priority", "detail" : "Expected a number from 0 to 9."}]"""), (raised.SqlState, raised.MessageText, raised.Detail));
    }

    [Theory]
    [InlineData("22P02", "SELECT jobservice.enqueue('sql.codes', '{\"a\":1,\"a\":1}')")]
    [InlineData("22P02", "SELECT jobservice.enqueue('sql.codes', '{', '{}')")]
    [InlineData("22023", "SELECT jobservice.enqueue('sql.codes', '1', '{\"payload\":1}')")]
    [InlineData("22023", "SELECT jobservice.enqueue(NULL)")]
    [InlineData("54000", "SELECT jobservice.enqueue('sql.codes', to_json(repeat('x', 1048576)))")]
    [InlineData("53400", "SELECT jobservice.enqueue('sql.codes', '1', '{\"queue\":\"sql.full\"}')")]
    [InlineData("23505", "SELECT jobservice.enqueue('sql.codes', '1', '{\"unique\":{\"key\":\"codes\",\"onConflict\":\"reject\"}}') FROM generate_series(1, 2)")]
    [InlineData("0A000", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT jobservice.enqueue('sql.codes', '1', '{\"unique\":{\"key\":\"codes\"}}')")]
    [InlineData("0A000", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT jobservice.enqueue('sql.codes', '1', '{\"sequence\":\"codes\"}')")]
    [InlineData("0A000", "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT jobservice.enqueue('sql.codes', '1', '{\"queue\":\"sql.full\"}')")]
    public async Task Each_kind_of_refusal_has_its_code(string code, string sql)
    {
        await storage.Queues.SaveAsync(QueueName.Parse("sql.full"), new QueueSettings { MaxDepth = 1 }, Stop);
        await storage.Database.ExecuteAsync("SELECT jobservice.try_enqueue_job('sql.codes', '1', '{\"queue\":\"sql.full\"}')");

        Assert.Equal(code, (await Assert.ThrowsAsync<PostgresException>(() => storage.Database.ExecuteAsync(sql))).SqlState);
    }

    [Fact]
    public async Task A_second_transaction_with_the_same_key_waits_for_the_first_and_then_answers_with_its_job()
    {
        const string options = """{"unique":{"key":"two"}}""";
        await using var first = await SqlTransaction.BeginAsync(storage);
        await using var second = await SqlTransaction.BeginAsync(storage);
        var id = await first.EnqueueAsync(options: options);
        var waiting = second.EnqueueAsync(options: options);
        await storage.WaitForLocksAsync(1, waiting);
        await first.CommitAsync();

        Assert.Equal(id, await waiting);
    }

    [Fact]
    public async Task Where_the_first_is_rolled_back_the_second_takes_the_key()
    {
        const string options = """{"unique":{"key":"undone"}}""";
        await using var second = await SqlTransaction.BeginAsync(storage);
        Task<JobId> waiting;
        JobId id;
        await using (var first = await SqlTransaction.BeginAsync(storage))
        {
            id = await first.EnqueueAsync(options: options);
            waiting = second.EnqueueAsync(options: options);
            await storage.WaitForLocksAsync(1, waiting);
        }

        Assert.NotEqual(id, await waiting);
        await second.CommitAsync();
        Assert.Equal(JobState.Queued, (await storage.Queries.FindAsync(await waiting, Stop)).Value!.State);
    }

    [Fact]
    public async Task A_call_of_the_service_that_has_the_same_key_waits_too()
    {
        await using var first = await SqlTransaction.BeginAsync(storage);
        var id = await first.EnqueueAsync(options: """{"unique":{"key":"both"}}""");
        var waiting = storage.KeyedJobs.EnqueueEachAsync([storage.NewUniqueJob("both")], Stop);
        await storage.WaitForLocksAsync(1, waiting);
        await first.CommitAsync();

        var answer = (await waiting)[0]!.Value.Value!;
        Assert.Equal((id, true), (answer.Id, answer.IsDeduplicated));
    }

    [Fact]
    public async Task A_job_of_a_sequence_waits_behind_what_was_committed_before_it_whoever_began_first()
    {
        const string options = """{"sequence":"of-two"}""";
        await using var first = await SqlTransaction.BeginAsync(storage);
        await using var second = await SqlTransaction.BeginAsync(storage);
        var behind = await second.EnqueueAsync(options: """{"sequence":"of-another"}""");
        var head = await first.EnqueueAsync(options: options);
        var waiting = second.EnqueueAsync(options: options);
        await storage.WaitForLocksAsync(1, waiting);
        await first.CommitAsync();
        var next = await waiting;
        await second.CommitAsync();

        Assert.Equal(
            [JobState.Queued, JobState.Blocked, JobState.Queued],
            [(await storage.Queries.FindAsync(head, Stop)).Value!.State, (await storage.Queries.FindAsync(next, Stop)).Value!.State, (await storage.Queries.FindAsync(behind, Stop)).Value!.State]);
    }

    [Fact]
    public async Task Transactions_and_batches_of_the_service_that_want_the_same_keys_do_not_wait_for_each_other_for_ever()
    {
        string[] keys = [.. Enumerable.Range(0, 10).Select(i => $"storm {i}")];
        string[] modes = ["return", "replace", "supersede"];
        var inSql = Enumerable.Range(0, 120).Select(async i =>
        {
            await Task.Yield();
            await using var transaction = await SqlTransaction.BeginAsync(storage);
            var id = await transaction.EnqueueAsync("demo.echo", $"{i}", $$$"""{"unique":{"key":"{{{keys[i % keys.Length]}}}","onConflict":"{{{modes[i % modes.Length]}}}"}}""");
            if (i % 7 != 0)
                await transaction.CommitAsync();
            return i % 7 != 0 ? id : default(JobId?);
        }).ToArray();
        var inBatches = Enumerable.Range(0, 20).Select(async i =>
        {
            await Task.Yield();
            var answers = await storage.KeyedJobs.EnqueueEachAsync([.. (i % 2 == 0 ? keys : keys.Reverse()).Select(key => storage.NewUniqueJob(key))], Stop);
            return answers.Select(answer => answer!.Value.Value!.Id).ToArray();
        }).ToArray();

        var ids = (await Task.WhenAll(inSql)).OfType<JobId>().Concat((await Task.WhenAll(inBatches)).SelectMany(some => some)).Distinct().ToArray();

        // Of each key one is left, the last that took it; the others were superseded by it.
        var states = new List<JobState>();
        foreach (var id in ids)
            states.Add((await storage.Queries.FindAsync(id, Stop)).Value!.State);
        Assert.Equal(keys.Length, states.Count(state => state == JobState.Queued));
        Assert.All(states, state => Assert.True(state is JobState.Queued or JobState.Cancelled));
    }

    [Fact]
    public async Task Whoever_is_granted_the_function_may_enqueue_and_nothing_else()
    {
        var role = $"app_{Guid.NewGuid():N}";
        await storage.Database.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'secret'");
        try
        {
            await using var app = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(storage.Database.ConnectionString) { Username = role, Password = "secret", Pooling = false }.ConnectionString);
            await storage.Database.ExecuteAsync($"GRANT USAGE ON SCHEMA jobservice TO {role}");
            await RefusedAsync("SELECT jobservice.enqueue('sql.granted')");
            await RefusedAsync("SELECT jobservice.try_enqueue_job('sql.granted')");
            await storage.Database.ExecuteAsync($"GRANT EXECUTE ON FUNCTION jobservice.enqueue(text, json, json) TO {role}");

            // Names of its own are none of the function's.
            await using var command = app.CreateCommand(
                """
                CREATE FUNCTION pg_temp.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$;
                CREATE TEMP TABLE jobs (id int);
                SET search_path = pg_temp, public;
                SET standard_conforming_strings = off;
                SET extra_float_digits = 0;
                SELECT jobservice.enqueue('sql.granted', '"\\u00e9"', '{"queue":"sql.granted","retry":{"factor":1.0000000000000002},"unique":{"paths":[""]}}')
                """);
            var id = new JobId((Guid)(await command.ExecuteScalarAsync(Stop))!);

            var job = (await storage.Queries.FindAsync(id, Stop)).Value!;
            Assert.Equal((role, "sql.granted", 1.0000000000000002), (job.CreatedBy, job.Queue.Name, job.Policies.Retry.Factor));
            await RefusedAsync("SELECT count(*) FROM jobservice.jobs");
            await RefusedAsync("SELECT jobservice.insert_job(NULL, 0, 'a', '{}', NULL)");

            async Task RefusedAsync(string sql)
            {
                await using var refused = app.CreateCommand(sql);
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => refused.ExecuteNonQueryAsync(Stop))).SqlState);
            }
        }
        finally
        {
            await storage.Database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_day_that_nobody_made_ahead_is_made()
    {
        await using var later = await TestStorage.CreateAsync();
        await later.Database.AdvanceAsync(TimeSpan.FromDays(30));

        await using var transaction = await SqlTransaction.BeginAsync(later);
        var id = await transaction.EnqueueAsync();
        await transaction.CommitAsync();

        Assert.Equal(JobState.Queued, (await later.Queries.FindAsync(id, Stop)).Value!.State);
    }

    [Fact]
    public async Task An_id_is_of_version_7_and_of_the_time_of_the_database()
    {
        await using var transaction = await SqlTransaction.BeginAsync(storage);
        var ids = await transaction.QueryAsync<Guid[]>("SELECT array_agg(jobservice.enqueue('sql.ids')) FROM generate_series(1, 100)");
        var now = new DateTimeOffset(await transaction.QueryAsync<DateTime>("SELECT jobservice.now()"), TimeSpan.Zero);

        Assert.Equal(100, ids.Distinct().Count());
        Assert.All(ids, id => Assert.True(JobId.TryParse(id.ToString(), out var read) && id.Variant is >= 8 and <= 11 && (now - read.MadeAt).Duration() < TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Ids_grow_in_the_order_of_the_calls_also_within_one_statement()
    {
        await using var transaction = await SqlTransaction.BeginAsync(storage);
        var ids = new List<Guid>();
        for (var i = 0; i < 20; i++)
            ids.AddRange(await transaction.QueryAsync<Guid[]>("SELECT array_agg(e.id ORDER BY e.n) FROM (SELECT n, jobservice.enqueue('sql.ids') AS id FROM generate_series(1, 20) AS n) AS e"));

        Assert.Equal(ids.Order(), ids);
    }
}
