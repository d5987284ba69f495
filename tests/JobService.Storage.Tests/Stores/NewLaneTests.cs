using System.Text;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Queues;
using JobService.Core.Storage;
using JobService.Core.Storage.Stores;
using JobService.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Storage.Tests.Stores;

public sealed class NewLaneTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly JobType Type = JobType.Parse("report.build");
    private static readonly WorkerRegistration Registration = new()
    {
        Name = "tester",
        Host = "here",
        Version = "1",
        ProcessId = 1,
        Slots = 5,
        Queues = ["*"],
        Types = [Type.Name],
    };

    [Fact]
    public async Task The_first_job_of_a_queue_is_found_by_the_next_claim()
    {
        var stop = TestContext.Current.CancellationToken;
        var clock = new FakeTimeProvider();
        var names = new ServerNames();
        await using var hot = PostgresDatabase.CreateHot(database.ConnectionString, names);
        var worker = await new PostgresLeaseStore(hot).RegisterAsync(Registration, TimeSpan.FromMinutes(1), stop);
        var claims = new PostgresClaimStore(hot, names, clock);
        var request = new ClaimRequest { Worker = worker, MaxJobs = 5, Types = [Type] };
        Assert.Empty((await claims.ExchangeAsync([], request, stop)).Claims);

        // Another process: its names are not those that the claimer knows.
        foreach (var queue in new[] { "first", "second" })
        {
            var job = new NewJob { Id = JobId.FirstAt(TimeProvider.System.GetUtcNow()), Type = Type, Payload = Encoding.UTF8.GetBytes("{}"), Queue = QueueName.Parse(queue) };
            await new PostgresJobStore(hot, new ServerNames()).EnqueueAsync([job], stop);
            clock.Advance(TimeSpan.FromMilliseconds(100));

            Assert.Equal(queue, Assert.Single((await claims.ExchangeAsync([], request, stop)).Claims).Queue.Name);
        }
    }
}
