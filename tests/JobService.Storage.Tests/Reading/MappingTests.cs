using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace JobService.Storage.Tests.Reading;

/// <summary>What EF Core believes of the database, against the catalog.</summary>
public sealed class MappingTests(TestStorage storage) : IClassFixture<TestStorage>
{
    /// <summary>Columns that no entity reads, and why that is so.</summary>
    private static readonly Dictionary<string, string[]> Unread = new(StringComparer.Ordinal)
    {
        // Only who runs a job is asked here; the rest of it is in job_views.
        ["running_jobs"] = ["attempt", "cancel_reason", "cancel_requested_at", "crashes", "flags", "hard_limit_ms", "lease_token", "queue_id", "rank", "started_at", "type_id"],

        // Here they only find the jobs of a schedule; their own reader reads them whole.
        ["schedules"] =
        [
            "anchor_at", "at", "counted_from", "created_at", "cron", "end_at", "every_ms", "is_declared", "is_disabled", "jitter_ms", "last_due_at", "limit_keys",
            "last_job_id", "live_jobs", "max_catch_up", "max_runs", "metadata", "misfire", "missed", "next_due_at", "next_due_offset_at",
            "next_due_offset_s", "next_due_offset_zone", "overlap", "pause_after_failures", "paused_because", "payload", "policies", "priority", "queue", "revision", "routed_by", "runs",
            "start_at", "state", "tags", "time_zone", "type", "updated_at", "waiting_due_at",
        ],
        ["deleted_schedules"] = ["created_at", "deleted_at", "runs"],
        ["schedule_runs"] = ["fired_at", "is_backfilled", "is_late", "outcome"],
    };

    public static TheoryData<string> Relations => ["job_views", "attempts", "job_events", "workers", "running_jobs", "schedules", "deleted_schedules", "schedule_runs", "routing_versions", "routes", "job_type_settings", "handler_schemas"];

    [Fact]
    public async Task Every_entity_is_tested()
    {
        await using var context = await storage.Contexts().CreateDbContextAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            Relations.Select(row => row.Data).Order(StringComparer.Ordinal),
            context.Model.GetEntityTypes().Select(Relation).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Relations))]
    public async Task Each_mapped_column_exists_with_its_type_and_no_other_goes_unread(string relation)
    {
        var mapped = await MappedAsync(relation);
        var columns = await ColumnsAsync(relation);

        Assert.Equal(
            mapped.Select(property => (Name: property.GetColumnName(), Type: property.GetColumnType())).OrderBy(column => column.Name, StringComparer.Ordinal),
            columns.Where(column => !Unread.GetValueOrDefault(relation, []).Contains(column.Name)).Select(column => (column.Name, column.Type)));
        Assert.Subset(columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal), Unread.GetValueOrDefault(relation, []).ToHashSet(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Relations))]
    public async Task What_is_never_null_in_one_is_never_null_in_the_other(string relation)
    {
        // A view's columns may all be null as far as the catalog knows; its rows tell, below.
        if (string.Equals(relation, "job_views", StringComparison.Ordinal))
            return;

        var nullable = (await ColumnsAsync(relation)).ToDictionary(column => column.Name, column => column.IsNullable, StringComparer.Ordinal);
        Assert.All(await MappedAsync(relation), property => Assert.Equal(nullable[property.GetColumnName()], property.IsNullable));
    }

    [Fact]
    public async Task No_row_of_the_view_has_a_null_where_the_entity_has_none_whatever_the_state()
    {
        await FillAsync();

        var states = (await storage.Queries.ListAsync(new JobFilter(), before: null, 100, TestContext.Current.CancellationToken)).Items.Select(job => job.State).ToHashSet();
        Assert.Equal(Enum.GetValues<JobState>().ToHashSet(), states);
        foreach (var property in await MappedAsync("job_views"))
        {
            var nulls = await storage.Database.QueryAsync<long>($"SELECT count(*) FROM jobservice.job_views WHERE {property.GetColumnName()} IS NULL");
            Assert.True(nulls == 0 || property.IsNullable, $"{property.GetColumnName()} is null in {nulls} rows.");
        }
    }

    private async Task FillAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await storage.EnqueueAsync([.. Enumerable.Range(0, 7).Select(_ => storage.NewJob())]);
        var request = new ClaimRequest { Worker = await storage.RegisterWorkerAsync(), MaxJobs = 5, Types = [JobType.Parse("demo.echo")] };
        var claimer = storage.Claimer();
        var claims = (await claimer.ExchangeAsync([], request, cancellation)).Claims;
        var error = new AttemptError("demo.failed", "It failed.");
        await claimer.ExchangeAsync(
            [
                JobTransition.Succeed(claims[0].Id, claims[0].Token, result: null),
                JobTransition.Fail(claims[1].Id, claims[1].Token, AttemptFailure.Failed, error, "attempts"),
                JobTransition.Retry(claims[2].Id, claims[2].Token, AttemptFailure.Failed, error, TimeSpan.FromHours(1)),
                JobTransition.Snooze(claims[3].Id, claims[3].Token, TimeSpan.FromHours(1)),
            ],
            request: null,
            cancellation);
        var waiting = Assert.Single(await storage.EnqueueAsync(storage.NewJob()));
        await storage.Jobs.CancelAsync(waiting, reason: null, actor: null, cancellation);
        await storage.Jobs.EraseAsync(waiting, actor: null, cancellation);
        await storage.EnqueueAsync(storage.NewSequenceJob(), storage.NewSequenceJob());
    }

    private async Task<IReadOnlyList<IProperty>> MappedAsync(string relation)
    {
        await using var context = await storage.Contexts().CreateDbContextAsync(TestContext.Current.CancellationToken);
        return [.. context.Model.GetEntityTypes().Single(type => string.Equals(Relation(type), relation, StringComparison.Ordinal)).GetProperties()];
    }

    private async Task<IReadOnlyList<(string Name, string Type, bool IsNullable)>> ColumnsAsync(string relation)
    {
        var columns = new List<(string, string, bool)>();
        await using var command = storage.Database.Source.CreateCommand(
            """
            SELECT attname::text COLLATE "C", format_type(atttypid, atttypmod), NOT attnotnull FROM pg_attribute
            WHERE attrelid = ('jobservice.' || $1)::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1
            """);
        command.Parameters.Add(new() { Value = relation });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            columns.Add((reader.GetString(0), reader.GetString(1), reader.GetBoolean(2)));
        return columns;
    }

    private static string Relation(IEntityType type) => type.GetViewName() ?? type.GetTableName()!;
}
