using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Storage;
using JobService.Core.Storage.Stores;
using JobService.TestKit;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

public sealed class NewLaneTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncDisposable
{
    private static readonly WorkerRegistration Registration = new()
    {
        Name = "tester",
        Host = "here",
        Version = "1",
        ProcessId = 1,
        Slots = 5,
        Queues = ["*"],
        Types = [],
    };

    private readonly FakeTimeProvider clock = new();
    private readonly JobIdSequence ids = new(TimeProvider.System);
    private readonly NpgsqlDataSource hot = PostgresDatabase.CreateHot(database.ConnectionString, new ServerNames());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_job_of_a_queue_is_found_by_the_next_claim()
    {
        var (claims, request) = await ClaimerAsync(JobType.Parse("report.build"));
        Assert.Empty((await claims.ExchangeAsync([], request, Stop)).Claims);

        foreach (var queue in new[] { "first", "second" })
        {
            await EnqueueElsewhereAsync(Of(request.Types.Single(), priority: 5) with { Queue = QueueName.Parse(queue) });

            Assert.Equal(queue, Assert.Single((await claims.ExchangeAsync([], request, Stop)).Claims).Queue.Name);
        }
    }

    [Fact]
    public async Task The_first_job_that_ever_names_a_limit_key_is_found_by_the_next_claim()
    {
        var (claims, request) = await ClaimerAsync(JobType.Parse("report.mail"));
        await EnqueueElsewhereAsync(Of(request.Types.Single(), priority: 5));
        Assert.Single((await claims.ExchangeAsync([], request, Stop)).Claims);
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.limit_lanes"));
        clock.Advance(TimeSpan.FromMilliseconds(100));

        await EnqueueElsewhereAsync(Of(request.Types.Single(), priority: 5) with { LimitKeys = [LimitKey.Parse("tenant:42")] });

        Assert.Single((await claims.ExchangeAsync([], request, Stop)).Claims);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_first_job_of_its_priority_goes_before_a_backlog(bool isLimited)
    {
        var type = JobType.Parse(isLimited ? "report.send" : "report.print");
        if (isLimited && LimitPattern.TryParse($"type:{type.Name}", out var pattern))
            Assert.False((await new PostgresLimitStore(hot).SaveAsync(pattern, new LimitSettings { MaxRunning = 100 }, Stop)).IsRefused(out _, out _));
        var (claims, request) = await ClaimerAsync(type);
        var queue = QueueName.Parse(type.Name);
        await EnqueueElsewhereAsync([.. Enumerable.Range(0, 20).Select(_ => Of(type, priority: 0) with { Queue = queue })]);
        Assert.Equal([0], await PrioritiesAsync());

        foreach (var priority in new[] { 3, 9, 6 })
        {
            await EnqueueElsewhereAsync(Of(type, priority) with { Queue = queue });

            Assert.Equal([priority], await PrioritiesAsync());
        }

        Assert.Equal([0], await PrioritiesAsync());

        // As a worker does, which asks again while there is more to be had.
        async Task<IEnumerable<int>> PrioritiesAsync()
        {
            var exchange = await claims.ExchangeAsync([], request, Stop);
            while (exchange is { Claims: [], Outlook.IsMoreReady: true })
                exchange = await claims.ExchangeAsync([], request, Stop);
            return exchange.Claims.Select(claim => claim.Priority.Value);
        }
    }

    [Fact]
    public async Task The_first_job_of_a_queue_is_found_also_where_newer_queues_were_known_before()
    {
        var (claims, request) = await ClaimerAsync(JobType.Parse("report.late"));
        Assert.Empty((await claims.ExchangeAsync([], request, Stop)).Claims);
        await using var connection = await database.Source.OpenConnectionAsync(Stop);
        await using var open = await connection.BeginTransactionAsync(Stop);
        await using (var enqueue = new NpgsqlCommand("""SELECT jobservice.enqueue('report.late', '1', '{"queue":"late"}')""", connection, open))
            await enqueue.ExecuteNonQueryAsync(Stop);
        await EnqueueElsewhereAsync(Of(JobType.Parse("report.other"), priority: 5) with { Queue = QueueName.Parse("newer") });
        Assert.Empty((await claims.ExchangeAsync([], request, Stop)).Claims);

        await open.CommitAsync(Stop);
        clock.Advance(TimeSpan.FromMilliseconds(50));

        Assert.Equal("late", Assert.Single((await claims.ExchangeAsync([], request, Stop)).Claims).Queue.Name);
    }

    public ValueTask DisposeAsync() => hot.DisposeAsync();

    /// <summary>One for which no time passes, so that it reads nothing again since it would be time to.</summary>
    private async Task<(PostgresClaimStore Claims, ClaimRequest Request)> ClaimerAsync(JobType type)
    {
        var worker = await new PostgresLeaseStore(hot).RegisterAsync(Registration with { Types = [type.Name] }, TimeSpan.FromMinutes(1), Stop);
        return (new PostgresClaimStore(hot, new ServerNames(), clock), new ClaimRequest { Worker = worker, MaxJobs = 1, Types = [type] });
    }

    private NewJob Of(JobType type, int priority) =>
        new() { Id = ids.Next(), Type = type, Payload = "{}"u8.ToArray(), Priority = new JobPriority(priority) };

    /// <summary>By another process: its names are not those that the claimer knows.</summary>
    private async Task EnqueueElsewhereAsync(params IReadOnlyList<NewJob> jobs) => await new PostgresJobStore(hot, new ServerNames()).EnqueueAsync(jobs, Stop);
}
