using System.Text;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Queues;
using JobService.Core.Storage;
using JobService.Core.Storage.Stores;
using JobService.TestKit;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>What becomes of a process whose server is replaced by one that doesn't have the last names, as by a restore.</summary>
public sealed class OtherServerTests : IAsyncLifetime
{
    private readonly string database = $"test_{Guid.NewGuid():N}";
    private readonly JobIdSequence ids = new(TimeProvider.System);
    private string connectionString = "";

    public async ValueTask InitializeAsync() => connectionString = await PostgresCluster.CreateDatabaseAsync(database);

    public async ValueTask DisposeAsync() => await PostgresCluster.DropDatabaseAsync(database);

    [Fact]
    public async Task Jobs_keep_their_types_and_queues_when_the_numbers_of_names_mean_others_now()
    {
        var stop = TestContext.Current.CancellationToken;
        var names = new ServerNames();
        await using var hot = PostgresDatabase.CreateHot(connectionString, names);
        var (jobs, claims) = (new PostgresJobStore(hot, names), new PostgresClaimStore(hot, names, TimeProvider.System));
        await jobs.EnqueueAsync([NewJob("mine")], stop);
        Assert.Equal("mine", Assert.Single(await ClaimAsync(claims, hot)).Type.Name);

        await PostgresCluster.DropDatabaseAsync(database);
        await PostgresCluster.CreateDatabaseAsync(database);
        var otherNames = new ServerNames();
        await using var other = PostgresDatabase.CreateHot(connectionString, otherNames);
        await new PostgresJobStore(other, otherNames).EnqueueAsync([NewJob("theirs")], stop);
        await jobs.EnqueueAsync([NewJob("mine")], stop);

        var claimed = await ClaimAsync(claims, hot);
        Assert.Equal(["mine", "theirs"], claimed.Select(claim => claim.Type.Name).Order(StringComparer.Ordinal));
        Assert.All(claimed, claim => Assert.Equal(claim.Type.Name, claim.Queue.Name));
    }

    private NewJob NewJob(string name) =>
        new() { Id = ids.Next(), Type = JobType.Parse(name), Queue = QueueName.Parse(name), Payload = Encoding.UTF8.GetBytes("1") };

    private static async Task<IReadOnlyList<Claim>> ClaimAsync(PostgresClaimStore claims, NpgsqlDataSource hot)
    {
        var stop = TestContext.Current.CancellationToken;
        var worker = await new PostgresLeaseStore(hot).RegisterAsync(
            new WorkerRegistration { Name = "test:1", Host = "test", Version = "0", ProcessId = 1, Slots = 10, Queues = ["*"], Types = ["mine", "theirs"] },
            TimeSpan.FromHours(1),
            stop);
        return (await claims.ExchangeAsync([], new ClaimRequest { Worker = worker, MaxJobs = 10, Types = [JobType.Parse("mine"), JobType.Parse("theirs")] }, stop)).Claims;
    }
}
