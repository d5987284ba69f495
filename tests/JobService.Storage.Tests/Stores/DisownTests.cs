using JobService.Core.Jobs;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

public sealed class DisownTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_given_back_and_costs_no_attempt()
    {
        await using var bench = await StoreBench.CreateAsync();
        var id = await bench.EnqueueAsync();
        await bench.ExchangeAsync();

        Assert.Equal(1, await bench.Claims.DisownAsync(bench.Worker, [], Stop));

        Assert.Equal("queued", await bench.StateAsync(id));
        Assert.Equal(1, (await bench.ClaimAsync()).Attempt);
    }

    [Fact]
    public async Task A_lost_claim_that_someone_asked_to_cancel_is_cancelled_rather_than_run()
    {
        await using var bench = await StoreBench.CreateAsync();
        var id = await bench.EnqueueAsync();
        await bench.ExchangeAsync();
        await bench.Jobs.CancelAsync(id, "not needed", "me", Stop);

        Assert.Equal(1, await bench.Claims.DisownAsync(bench.Worker, [], Stop));

        Assert.Equal("cancelled not needed", await bench.StateAsync(id));
    }

    [Fact]
    public async Task A_lost_claim_that_is_being_cancelled_at_the_same_time_is_not_passed_over()
    {
        await using var bench = await StoreBench.CreateAsync();
        var id = await bench.EnqueueAsync();
        await bench.ExchangeAsync();
        await using var connection = await bench.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var cancel = new NpgsqlCommand("UPDATE jobservice.running_jobs SET cancel_requested_at = now(), cancel_reason = 'late'", connection))
            await cancel.ExecuteNonQueryAsync(Stop);

        var disowning = bench.Claims.DisownAsync(bench.Worker, [], Stop);
        await bench.WaitUntilAsync(waiting: 1, disowning);
        await transaction.CommitAsync(Stop);

        Assert.Equal(1, await disowning);
        Assert.Equal("cancelled late", await bench.StateAsync(id));
    }

    [Fact]
    public async Task A_second_lost_claim_of_a_job_whose_first_end_is_not_reported_yet_is_given_back()
    {
        await using var bench = await StoreBench.CreateAsync();
        var id = await bench.EnqueueAsync();
        var first = await bench.ClaimAsync();
        await bench.ExchangeAsync(JobTransition.Release(id, first.Token));

        // The worker knows of the first claim only: both answers were lost.
        Assert.Equal(1, await bench.Claims.DisownAsync(bench.Worker, [first.Token], Stop));

        Assert.Equal("queued", await bench.StateAsync(id));
    }
}
