using JobService.Core.Attempts;
using JobService.Core.BulkActions;
using JobService.Core.Claiming;
using JobService.Core.Enqueueing;
using JobService.Core.Jobs;
using JobService.Core.JobTypes;
using JobService.Core.Keys;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Routing;
using JobService.Core.Schedules;
using JobService.Core.Sequences;
using JobService.Core.Signals;
using JobService.Core.Storage;
using JobService.Core.Storage.EntityFramework;
using JobService.Core.Storage.Reading;
using JobService.Core.Storage.Signals;
using JobService.Core.Storage.Stores;
using JobService.Storage.Tests.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace JobService.Storage.Tests.Sql;

public sealed class SentParameterTests(TestStorage storage) : IClassFixture<TestStorage>
{
    /// <summary>
    /// Used once a day or never by the hot pool: what drops a day or gives it its indexes, what migrates and what a private server starts with; the rest is read once, or
    /// after a connection broke. What searches is planned anew each time, by its bounds.
    /// <c>renew_lease</c> has a connection of its own, and what people ask of queues has those of reading.
    /// </summary>
    private static readonly string[] NotPrepared =
    [
        "create_database", "find_database", "listen", "read_drop_commands", "lock_day", "read_day_standing", "drop_expiring_jobs", "prune_jobs", "renew_lease", "lift_limits", "lock_migrations", "begin_migration", "read_long_transaction", "hold_guard", "read_enqueued",
        "read_server", "plan_search", "read_search_scope", "search_chosen_jobs", "search_chosen_jobs_upwards", "search_jobs", "search_jobs_upwards", "search_tagged_jobs", "lock_search_indexes", "read_search_index_commands", "fail_bulk_step", "pass_over_bulk_job", "set_aside_bulk_jobs", "find_held_jobs",
        "bound_reading", "read_oldest_waits", "read_queue_depths", "read_queue_history", "read_queue_statistics", "read_serving_workers",
    ];

    [Fact]
    public async Task The_stores_send_the_types_that_the_headers_declare()
    {
        // One connection, so that what was prepared on it tells what was sent.
        await using var hot = PostgresDatabase.CreateHot(storage.Database.ConnectionString, new ServerNames(), maxConnections: 1);

        // A statement is prepared when it is used again.
        for (var round = 0; round < 2; round++)
            await UseEverythingAsync(hot, $"round-{round}");

        var sent = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var command = hot.CreateCommand("SELECT statement, array_to_string(parameter_types, ', ') FROM pg_prepared_statements");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            if (SqlFile.All.SingleOrDefault(file => string.Equals(file.Text, reader.GetString(0), StringComparison.Ordinal)) is { } file)
                sent[file.Name] = reader.GetString(1);
        }

        Assert.Equal(
            SqlFile.All.Where(file => !NotPrepared.Contains(file.Name)).Select(file => (file.Name, string.Join(", ", file.ParameterTypes))),
            sent.OrderBy(statement => statement.Key, StringComparer.Ordinal).Select(statement => (statement.Key, statement.Value)));
    }

    /// <summary>A connection is not reset when the next one has it.</summary>
    [Fact]
    public async Task The_stores_leave_nothing_behind_in_their_sessions()
    {
        await using var hot = PostgresDatabase.CreateHot(storage.Database.ConnectionString, new ServerNames(), maxConnections: 1);
        var before = await SessionAsync(hot);

        // A day to drop, which takes a transaction with a lock and a setting of its own; and a statement that fails in the middle of another.
        await storage.MakeDaysAsync(-10);
        await UseEverythingAsync(hot, "left-behind");
        await using (var connection = await hot.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var failing = new NpgsqlCommand("SELECT set_config('work_mem', '8MB', true), pg_advisory_xact_lock(1), 1 / (random() * 0)", connection);
            await Assert.ThrowsAsync<PostgresException>(() => failing.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        }

        Assert.Equal(before, await SessionAsync(hot));
    }

    /// <summary>What a session keeps between two uses and a reset would undo, but for its prepared statements.</summary>
    private static async Task<string> SessionAsync(NpgsqlDataSource hot)
    {
        await using var command = hot.CreateCommand(
            """
            SELECT jsonb_build_object(
                'backend', pg_backend_pid(), 'user', current_user,
                'settings', (SELECT jsonb_object_agg(name, setting) FROM pg_settings WHERE source = 'session'),
                'listens', (SELECT count(*) FROM pg_listening_channels()),
                'locks', (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'),
                'cursors', (SELECT count(*) FROM pg_cursors WHERE name <> ''),
                'tables', (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()))::text
            """);
        return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private async Task UseLimitsAsync(NpgsqlDataSource hot, ServerNames names, string name, CancellationToken cancellation)
    {
        var (jobs, limits, queries) = (new PostgresJobStore(hot, names), new PostgresLimitStore(hot), new PostgresLimitQueries(hot));
        Assert.True(LimitPattern.TryParse($"{name}:*", out var pattern));
        await limits.SaveAsync(pattern, new LimitSettings { MaxRunning = 1 }, cancellation);
        var type = JobType.Parse($"{name}.limited");
        // More keys than one claim looks at.
        NewJob[] limited = [.. Enumerable.Range(0, 42).Select(i => storage.NewJob() with { Type = type, LimitKeys = [LimitKey.Parse($"{name}:{i % 40}")] })];
        await jobs.EnqueueAsync(limited, cancellation);
        await jobs.EditAsync(limited[0].Id, new JobEdit { Queue = QueueName.Parse($"{name}.moved") }, actor: null, cancellation);

        var worker = await new PostgresLeaseStore(hot).RegisterAsync(
            new WorkerRegistration { Name = $"{name}.limited", Host = "", Version = "", ProcessId = 1, Slots = 1, Queues = [], Types = [] }, TimeSpan.FromMinutes(1), cancellation);
        var claims = new PostgresClaimStore(hot, names, TimeProvider.System);
        for (var i = 0; i < 4; i++)
            await claims.ExchangeAsync([], new ClaimRequest { Worker = worker, MaxJobs = 1, Types = [type] }, cancellation);
        await queries.StandingsAsync(limited[2].Id, cancellation);
        await queries.FindAsync(pattern, cancellation);
        await limits.DeleteAsync(pattern, cancellation);

        // A limit of one key; and keys that a caller made, in a lane that a worker hears of.
        Assert.True(LimitPattern.TryParse($"{name}:1", out var one));
        await limits.SaveAsync(one, new LimitSettings(), cancellation);
        await storage.Database.ExecuteAsync("SELECT jobservice.enqueue($1, '1', json_build_object('limitKeys', json_build_array($2)))", type.Name, $"sql:{name}");
        await new PostgresClaimStore(hot, names, TimeProvider.System).ExchangeAsync([], new ClaimRequest { Worker = worker, MaxJobs = 1, Types = [type] }, cancellation);
    }

    private async Task UseBulkActionsAsync(NpgsqlDataSource hot, ServerNames names, JobType type, CancellationToken cancellation)
    {
        var ids = new JobIdSequence(TimeProvider.System);
        var actions = new PostgresBulkActionStore(hot, names, ids);
        var steps = new PostgresBulkStepStore(hot, storage.Contexts(), names, ids, TimeProvider.System);
        var action = await actions.CreateAsync(new NewBulkAction { Kind = BulkActionKind.Cancel, Filter = new JobFilter { TypeGlob = $"{type}.none" } }, cancellation);
        await steps.RunNextAsync(cancellation);
        await steps.UntilNextAsync(cancellation);
        await actions.AbortAsync(action.Id, actor: null, cancellation);
        var replay = await actions.CreateAsync(new NewBulkAction { Kind = BulkActionKind.Replay, Filter = new JobFilter { TypeGlob = $"{type}*", States = [JobState.Queued, JobState.Scheduled] } }, cancellation);
        await steps.RunNextAsync(cancellation);
        Assert.NotEqual(0, (await actions.FindAsync(replay.Id, cancellation))!.Acted);
    }

    private async Task UseSequencesAsync(NpgsqlDataSource hot, ServerNames names, string name, CancellationToken cancellation)
    {
        var (keyed, heads, queries) = (new PostgresKeyedJobStore(hot, names), new PostgresEndedHeadsStore(hot, TimeProvider.System), new PostgresSequenceQueries(hot));
        var type = JobType.Parse($"{name}.sequence");
        NewJob[] jobs = [.. Enumerable.Range(0, 2).Select(_ => storage.NewSequenceJob(name) with { Type = type })];
        await keyed.EnqueueAllAsync(jobs, cancellation);
        var worker = await new PostgresLeaseStore(hot).RegisterAsync(
            new WorkerRegistration { Name = $"{name}.sequence", Host = "", Version = "", ProcessId = 1, Slots = 1, Queues = [], Types = [] }, TimeSpan.FromMinutes(1), cancellation);
        var claims = new PostgresClaimStore(hot, names, TimeProvider.System);
        var claim = Assert.Single((await claims.ExchangeAsync([], new ClaimRequest { Worker = worker, MaxJobs = 1, Types = [type] }, cancellation)).Claims);
        await claims.ExchangeAsync(
            [JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, new AttemptError("a.b", "c"), "attempts")], request: null, cancellation);
        await heads.AdvanceAsync(10, cancellation);
        await heads.RecoverAsync(cancellation);
        await queries.PlaceAsync(jobs[1].Id, cancellation);
        await queries.FindAsync(SequenceKey.Parse(name), cancellation);
        Assert.True(await new PostgresSequenceStore(hot).ResumeAsync(SequenceKey.Parse(name), head: null, reason: null, actor: null, cancellation));
    }

    private async Task UseEverythingAsync(NpgsqlDataSource hot, string name)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var names = new ServerNames();
        var jobs = new PostgresJobStore(hot, names);
        var claims = new PostgresClaimStore(hot, names, TimeProvider.System);
        var due = new PostgresDueJobsStore(hot, TimeProvider.System);
        var leases = new PostgresLeaseStore(hot);
        var retention = new PostgresRetentionStore(hot, NullLogger<PostgresRetentionStore>.Instance);
        var queries = new PostgresJobQueries(storage.Contexts(), hot, TimeProvider.System);
        var (type, queue) = (JobType.Parse(name), QueueName.Parse(name));

        var first = storage.NewJob() with { Type = type };
        var second = storage.NewJob() with { Type = type, Queue = queue };
        await jobs.EnqueueAsync([first, second, storage.NewJobOf(TimeSpan.FromDays(1)) with { Type = type }], cancellation);
        await jobs.EditAsync(first.Id, new JobEdit { Priority = new JobPriority(9) }, actor: null, cancellation);
        await jobs.CancelAsync(first.Id, reason: null, actor: null, cancellation);
        await jobs.EraseAsync(first.Id, actor: null, cancellation);
        await jobs.RestartAsync(first.Id, new JobRestart(), actor: null, cancellation);
        await jobs.DeleteAsync(first.Id, cancellation);
        await UseKeysAsync(hot, names, name, cancellation);
        await UseLimitsAsync(hot, names, name, cancellation);
        await UseBulkActionsAsync(hot, names, type, cancellation);
        await UseSequencesAsync(hot, names, name, cancellation);
        Assert.True(await new PostgresSchemaQueries(storage.Contexts(), hot).IsMigratedAsync(cancellation));
        await queries.PositionAsync(second.Id, 10, cancellation);
        await queries.FinalAsync([second.Id], cancellation);
        await queries.FindAsync(first.Id, cancellation);

        var worker = await leases.RegisterAsync(
            new WorkerRegistration { Name = name, Host = "", Version = "", ProcessId = 1, Slots = 1, Queues = [], Types = [] }, TimeSpan.FromMinutes(1), cancellation);
        var request = new ClaimRequest { Worker = worker, MaxJobs = 10, Types = [type] };
        var claim = (await claims.ExchangeAsync([], request, cancellation)).Claims[0];
        await leases.CancelSupersededAsync(cancellation);
        await leases.CancelRequestsAsync(worker, [claim.Id], cancellation);
        await claims.DisownAsync(worker, [claim.Token], cancellation);
        await claims.ExchangeAsync([JobTransition.Succeed(claim.Id, new LeaseToken(0), result: null)], request: null, cancellation);
        await claims.ExchangeAsync(
            [JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, new AttemptError("a", "b"), "attempts")], request, cancellation);
        await leases.LeaveAsync(worker, cancellation);
        await leases.ReclaimAsync(worker, 1_000, cancellation);

        await due.PromoteAsync(10, cancellation);
        await due.ExpireAsync(10, cancellation);

        var queues = new PostgresQueueStore(hot, TimeProvider.System);
        await queues.SaveAsync(queue, new QueueSettings { Retention = TimeSpan.FromHours(1), MaxDepth = 1 }, cancellation);
        await new PostgresKeyedJobStore(hot, names).EnqueueEachAsync([storage.NewJob() with { Queue = queue }], cancellation);
        await queues.PauseAsync(queue, reason: null, actor: null, cancellation);
        await queues.ResumeAsync(queue, cancellation);
        await queues.PurgeAsync(queue, reason: null, actor: null, cancellation);
        await retention.CreatePartitionsAsync(cancellation);
        await retention.PruneAsync(TimeSpan.FromDays(7), cancellation);
        var statistics = new PostgresQueueStatisticsStore(hot, TimeProvider.System);
        await statistics.CountAsync(TimeSpan.Zero, cancellation);
        await statistics.FoldAsync(100, cancellation);
        await statistics.PruneAsync(TimeSpan.FromDays(7), cancellation);

        var stores = new ScheduleStores(hot, names);
        var schedules = stores.Store;
        var schedule = ScheduleName.Parse(name);
        var definition = new ScheduleDefinition
        {
            Rule = ScheduleRule.Of(schedule, null, null, TimeSpan.FromSeconds(1), null).Value!,
            Job = new JobTemplate { Type = type, Payload = "1"u8.ToArray() },
        };
        await schedules.ChangeAsync(schedule, (_, now) => Schedule.Create(schedule, definition, now), cancellation);
        await schedules.TriggerAsync(schedule, actor: null, cancellation);
        var from = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(1);
        await storage.Database.ExecuteAsync("UPDATE jobservice.schedules SET anchor_at = $1", from);
        await schedules.BackfillAsync(schedule, from, from.AddSeconds(2), 10, actor: null, cancellation);
        await stores.Due.RunDueAsync(10, cancellation);
        foreach (var overlap in (OverlapPolicy[])[OverlapPolicy.Allow, OverlapPolicy.Skip])
            await schedules.ChangeAsync(schedule, (current, now) => current!.Redefine(current.Definition with { Overlap = overlap }, now), cancellation);
        var told = new PostgresScheduleQueries(hot);
        await told.FindAsync(schedule, cancellation);
        await told.LastRunsAsync([schedule], cancellation);
        await told.RunsAsync(schedule, before: null, 10, cancellation);
        await schedules.DeleteAsync(schedule, isDeclared: false, cancellation);

        var routes = new PostgresRoutingQueries(storage.Contexts(), hot);
        await routes.VersionAsync(cancellation);
        await routes.BoundedQueuesAsync(cancellation);
        await new PostgresRouteStore(hot).ReplaceAsync([new Route(name, new RouteMatch(), JobDefaults.None)], expected: null, cancellation);
        var types = new PostgresJobTypeStore(hot);
        await types.PutAsync(type, "true", JobDefaults.None, expected: null, cancellation);
        await types.TellHandlersAsync([new HandlerSchema(type, "true")], cancellation);
        var kept = new PostgresJobTypeQueries(storage.Contexts(), hot);
        await kept.NamesAsync(after: null, 10, cancellation);
        await kept.TimingsAsync(type, cancellation);
        await new PostgresSignalLine(hot).SendAsync(SignalKind.Ready, cancellation);
        await using var context = new JobServiceDbContext(new DbContextOptionsBuilder<JobServiceDbContext>().UseNpgsql(hot).Options);
        await context.EnqueueAsync(name, 1, cancellationToken: cancellation);
    }

    private async Task UseKeysAsync(NpgsqlDataSource hot, ServerNames names, string name, CancellationToken cancellation)
    {
        var jobs = new PostgresJobStore(hot, names);
        var keyed = new PostgresKeyedJobStore(hot, names);
        var first = storage.NewUniqueJob(name);
        await keyed.EnqueueEachAsync([first], cancellation);
        await keyed.EnqueueEachAsync([storage.NewUniqueJob(name, UniqueConflict.Replace)], cancellation);
        await jobs.CancelAsync(first.Id, reason: null, actor: null, cancellation);
        await jobs.RestartAsync(first.Id, new JobRestart(), actor: null, cancellation);
        var request = RequestKey.Of(actor: null, name, "POST", "/", "{}"u8);
        await keyed.EnqueueOnceAsync(
            [storage.NewUniqueJob(name)],
            request,
            async (enqueued, find) => new KeptAnswer(200, (await find(enqueued[0].Id))!.Id, "{}"u8.ToArray()),
            cancellation);
        await jobs.DeleteAsync(first.Id, cancellation);
    }
}
