using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Signals;
using JobService.Core.Storage;
using JobService.Core.Storage.Signals;
using JobService.Core.Storage.Stores;
using JobService.Storage.Tests.EnqueueInSql;
using JobService.Storage.Tests.Sql;
using JobService.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace JobService.Storage.Tests.Enqueueing;

/// <summary>The answer to a first try is lost, and somebody keeps what the second one needs: what the first has stored is unknown, and nobody is told that it was nothing.</summary>
public sealed class UnknownAnswerTests(TestStorage storage) : IClassFixture<TestStorage>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_that_is_kept_from_the_second_try_tells_nothing_of_the_first(bool isAlone)
    {
        await using var line = new CutLine(storage.Database.ConnectionString);
        var names = new ServerNames();
        await using var hot = PostgresDatabase.CreateHot(line.ConnectionString, names);
        using var enqueuer = await StartAsync(new PostgresJobStore(hot, names), new PostgresKeyedJobStore(hot, names, TimeSpan.FromMilliseconds(50)));
        Assert.Null((await enqueuer.EnqueueAsync(storage.NewUniqueJob($"first {isAlone}"))).Refusal);
        var job = storage.NewUniqueJob($"kept {isAlone}");
        await using var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var hold = new NpgsqlCommand(SqlFile.Of("lock_keys").Text, connection) { Parameters = { new() { Value = new[] { job.UniqueKey!.Value.Value } }, new() { Value = 60_000 } } })
            await hold.ExecuteNonQueryAsync(Stop);

        line.LoseNextAnswer();
        var refusal = isAlone ? (await enqueuer.EnqueueAsync(job)).Refusal : (await enqueuer.EnqueueAllAsync([job, storage.NewJob()], Stop)).Refusal;

        Assert.Equal(1, line.Lost);
        Assert.EndsWith("whether the job was stored is unknown.", Assert.IsType<Refusal.Unavailable>(refusal).Detail, StringComparison.Ordinal);
        await enqueuer.StopAsync(Stop);
    }

    [Fact]
    public async Task Nor_does_a_name_that_is_kept_from_the_second_try_of_jobs_without_a_key()
    {
        await using var line = new CutLine(storage.Database.ConnectionString);
        var names = new ServerNames();
        await using var hot = PostgresDatabase.CreateHot(line.ConnectionString, names);
        using var enqueuer = await StartAsync(new PostgresJobStore(hot, names), new PostgresKeyedJobStore(hot, names));
        Assert.Null((await enqueuer.EnqueueAsync(storage.NewJob())).Refusal);
        await using var open = await SqlTransaction.BeginAsync(storage);
        await open.EnqueueAsync("of.new");

        line.LoseNextAnswer();
        var refusal = (await enqueuer.EnqueueAllAsync([storage.NewJob(type: "of.new")], Stop)).Refusal;

        Assert.Equal(1, line.Lost);
        Assert.EndsWith("whether the job was stored is unknown.", Assert.IsType<Refusal.Unavailable>(refusal).Detail, StringComparison.Ordinal);
        await enqueuer.StopAsync(Stop);
    }

    private async Task<JobEnqueuer> StartAsync(IJobStore jobs, IKeyedJobStore keyed)
    {
        var enqueuer = new JobEnqueuer(
            jobs,
            keyed,
            storage.Router,
            new SignalHub(new PostgresSignalLine(storage.Hot), TimeProvider.System, NullLogger<SignalHub>.Instance),
            Options.Create(new EnqueueOptions()),
            TimeProvider.System,
            NullLogger<JobEnqueuer>.Instance);
        await enqueuer.StartAsync(Stop);
        return enqueuer;
    }
}
