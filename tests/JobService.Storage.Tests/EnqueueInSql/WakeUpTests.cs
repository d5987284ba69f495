using JobService.Core.Signals;
using JobService.Core.Storage.Signals;
using Npgsql;

namespace JobService.Storage.Tests.EnqueueInSql;

/// <summary>Who is told of a job that is enqueued in SQL, and when.</summary>
public sealed class WakeUpTests : IAsyncLifetime
{
    private readonly TestStorage storage = new();
    private readonly List<string> heard = [];
    private NpgsqlConnection listener = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await storage.InitializeAsync();
        listener = await storage.Database.Source.OpenConnectionAsync(Stop);
        listener.Notification += (_, notification) => heard.Add(notification.Payload);
        await using var listen = new NpgsqlCommand("LISTEN jobservice", listener);
        await listen.ExecuteNonQueryAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        await storage.DisposeAsync();
    }

    [Fact]
    public async Task A_worker_that_said_it_idles_is_told_with_the_commit_once_a_transaction()
    {
        await IdleAsync();
        await using var transaction = await SqlTransaction.BeginAsync(storage);
        for (var i = 0; i < 3; i++)
            await transaction.EnqueueAsync();

        Assert.Empty(await HeardAsync());
        await transaction.CommitAsync();
        Assert.Equal(["sql Ready"], await HeardAsync());
    }

    [Fact]
    public async Task Nobody_is_told_where_nobody_idles_or_nothing_is_ready_or_it_is_rolled_back()
    {
        await EnqueueAsync("{}");
        Assert.Empty(await HeardAsync());

        await IdleAsync();
        await EnqueueAsync("""{"delay":"1h"}""");
        await using (var undone = await SqlTransaction.BeginAsync(storage))
            await undone.EnqueueAsync();
        Assert.Empty(await HeardAsync());
    }

    [Fact]
    public async Task A_worker_that_runs_what_is_superseded_is_told_to_look()
    {
        var worker = await storage.RegisterWorkerAsync();
        await EnqueueAsync("""{"unique":{"key":"superseded"}}""");
        var claimed = await storage.Claimer().ExchangeAsync([], new() { Worker = worker, MaxJobs = 1, Types = [Core.Jobs.JobType.Parse("demo.echo")] }, Stop);
        Assert.Single(claimed.Claims);

        await EnqueueAsync("""{"unique":{"key":"superseded","onConflict":"supersede"}}""");

        Assert.Contains("sql Cancel", await HeardAsync());
    }

    private Task IdleAsync() => new PostgresSignalLine(storage.Hot).SendAsync(SignalKind.Idle, Stop);

    private async Task EnqueueAsync(string options)
    {
        await using var transaction = await SqlTransaction.BeginAsync(storage);
        await transaction.EnqueueAsync(options: options);
        await transaction.CommitAsync();
    }

    /// <summary>What was heard of the enqueues so far: what was sent before a round trip has come with its answer.</summary>
    private async Task<IReadOnlyList<string>> HeardAsync()
    {
        await using var roundTrip = new NpgsqlCommand("SELECT 1", listener);
        await roundTrip.ExecuteNonQueryAsync(Stop);
        return [.. heard.Where(payload => payload.StartsWith("sql ", StringComparison.Ordinal))];
    }
}
