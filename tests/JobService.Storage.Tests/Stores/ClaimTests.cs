using System.Text;
using System.Text.Json;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Queues;

namespace JobService.Storage.Tests.Stores;

public sealed class ClaimTests(TestStorage storage) : IClassFixture<TestStorage>
{
    private static readonly DateTimeOffset Later = new(2099, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly DateTimeOffset Earlier = new(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>A plain job, and one for each thing that a job may have beside.</summary>
    public static TheoryData<string, Func<NewJob, NewJob>> Shapes { get; } = new()
    {
        { "plain", job => job },
        { "priority", job => job with { Priority = new JobPriority(8) } },
        { "trace-parent", job => job with { TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" } },
        { "trace-state", job => job with { TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", TraceState = "a=b" } },
        { "long", job => job with { Payload = Encoding.UTF8.GetBytes($"\"{new string('x', 10_000)}\"") } },
        { "earlier", job => job with { RunAt = Earlier } },
        { "expires", job => job with { ExpiresAt = Later } },
        { "deadline", job => job with { Deadline = Later } },
        { "policies", job => job with { Policies = new JobPolicies { KeepResult = TimeSpan.FromHours(1) } } },
        { "tags", job => job with { Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "b" } } },
        { "metadata", job => job with { Metadata = "{\"a\":1}"u8.ToArray() } },
        { "schedule", job => job with { Schedule = new JobSchedule("nightly", Earlier, 2) { IsLate = true } } },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_of_several_days_are_claimed_together_each_with_its_body()
    {
        var queue = QueueName.Parse("days");
        await storage.MakeDaysAsync(-2);
        await storage.EnqueueAsync([.. Enumerable.Range(0, 9).Select(i => storage.NewJobOf(TimeSpan.FromDays(i % 3)) with
        {
            Queue = queue,
            Payload = new[] { (byte)('0' + i) },
        })]);

        var claims = (await storage.Claimer().ExchangeAsync([], await RequestAsync(queue), Cancellation)).Claims;

        Assert.Equal("012345678", string.Concat(claims.Select(claim => (char)claim.Payload.Span[0])));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_claim_brings_what_was_enqueued(string what, Func<NewJob, NewJob> with)
    {
        var queue = QueueName.Parse(what);
        var job = with(storage.NewJob() with { Queue = queue });
        await storage.EnqueueAsync(job);
        var seen = (await storage.Queries.FindAsync(job.Id, Cancellation)).Value!;

        var claim = Assert.Single((await storage.Claimer().ExchangeAsync([], await RequestAsync(queue), Cancellation)).Claims);

        var expected = new Claim
        {
            Id = job.Id,
            Token = claim.Token,
            Type = job.Type,
            Queue = queue,
            Priority = job.Priority,
            Attempt = 1,
            Crashes = 0,
            AttemptsForgiven = 0,
            Payload = job.Payload,
            Policies = job.Policies,
            Tags = job.Tags,
            Metadata = job.Metadata,
            CreatedAt = seen.CreatedAt,
            RunAt = seen.RunAt,
            ClaimedAt = claim.ClaimedAt,
            ExpiresAt = job.ExpiresAt,
            Deadline = job.Deadline,
            Schedule = job.Schedule,
            TraceParent = job.TraceParent,
            TraceState = job.TraceState,
        };
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(claim));
    }

    [Fact]
    public async Task An_edited_job_is_claimed_as_it_was_edited()
    {
        var queue = QueueName.Parse("edited");
        var job = storage.NewJob() with { Queue = queue };
        await storage.EnqueueAsync(job);
        await storage.Jobs.EditAsync(job.Id, new JobEdit { Payload = "[2]"u8.ToArray() }, actor: null, Cancellation);

        var claim = Assert.Single((await storage.Claimer().ExchangeAsync([], await RequestAsync(queue), Cancellation)).Claims);

        Assert.Equal("[2]"u8, claim.Payload.Span);
    }

    [Fact]
    public async Task The_first_suspect_of_all_lanes_is_claimed_and_no_second_with_it()
    {
        var queue = QueueName.Parse("suspects");
        var jobs = Enumerable.Range(0, 10).Select(i => storage.NewJob() with { Queue = queue, Priority = new JobPriority(i) }).ToArray();
        await storage.EnqueueAsync(jobs);
        await storage.Database.ExecuteAsync("""
            INSERT INTO jobservice.lanes SELECT l.queue_id, l.rank + 100 FROM jobservice.lanes l JOIN jobservice.queues q ON q.id = l.queue_id WHERE q.name = 'suspects'
            """);
        await storage.Database.ExecuteAsync("""
            UPDATE jobservice.ready_jobs r SET rank = r.rank + 100, crashes = 2 FROM jobservice.queues q
            WHERE q.id = r.queue_id AND q.name = 'suspects' AND r.rank IN (2, 7)
            """);
        var (claimer, request) = (storage.Claimer(), await RequestAsync(queue));

        var first = (await claimer.ExchangeAsync([], request, Cancellation)).Claims;
        var none = (await claimer.ExchangeAsync([], request with { AllowSuspect = false }, Cancellation)).Claims;
        var second = (await claimer.ExchangeAsync([], request, Cancellation)).Claims;

        Assert.Equal((9, 1), (first.Count, first.Count(claim => claim.IsSuspect)));
        Assert.Empty(none);
        Assert.True(Assert.Single(second).IsSuspect);
    }

    private async Task<ClaimRequest> RequestAsync(QueueName queue) => new()
    {
        Worker = await storage.RegisterWorkerAsync(),
        MaxJobs = 100,
        Types = [JobType.Parse("demo.echo")],
        Queues = [queue.Name],
    };
}
