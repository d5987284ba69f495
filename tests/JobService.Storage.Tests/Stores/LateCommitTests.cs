using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Storage.Tests.EnqueueInSql;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>Rows that appear behind the cursor: everyone has claimed past them when they commit.</summary>
public sealed class LateCommitTests : IAsyncLifetime
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(50);

    private readonly TestStorage storage = new();
    private readonly FakeTimeProvider clock = new();
    private IClaimStore claimer = null!;
    private WorkerId worker;

    public async ValueTask InitializeAsync()
    {
        await storage.InitializeAsync();
        claimer = storage.Claimer(clock);
        worker = await storage.RegisterWorkerAsync();
    }

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    [Theory]
    [InlineData(100, 500)]
    [InlineData(5_000, 1_100)]
    [InlineData(90_000, 10_100)]
    public async Task A_late_job_of_a_busy_lane_is_claimed_by_the_sweep_that_looks_as_far_back(int lateMs, int withinMs)
    {
        await using var late = await OpenEnqueue.BeginAsync(storage, storage.NewJob());
        await PassAsync(late.Ids[0]);
        await BusyForAsync(TimeSpan.FromMilliseconds(lateMs), lateMs > 10_000 ? TimeSpan.FromSeconds(3) : Round);
        await late.CommitAsync();

        Assert.InRange(await BusyUntilClaimedAsync(late.Ids[0]), TimeSpan.Zero, TimeSpan.FromMilliseconds(withinMs));
    }

    [Theory]
    [InlineData(5_000, 1_100, "{}")]
    [InlineData(90_000, 10_100, "{}")]
    [InlineData(90_000, 10_100, """{"limitKeys":["late"]}""")]
    public async Task A_job_of_a_caller_whose_transaction_took_its_time_is_found_where_all_others_have_passed_it(int lateMs, int withinMs, string options)
    {
        await using var late = await SqlTransaction.BeginAsync(storage);
        await storage.EnqueueAsync(storage.NewJob());
        var id = await late.EnqueueAsync(options: options);
        await PassAsync(id);
        await BusyForAsync(TimeSpan.FromMilliseconds(lateMs), lateMs > 10_000 ? TimeSpan.FromSeconds(3) : Round);
        await late.CommitAsync();

        Assert.InRange(await BusyUntilClaimedAsync(id), TimeSpan.Zero, TimeSpan.FromMilliseconds(withinMs));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_late_job_of_a_queue_with_a_limit_is_found_and_keeps_none_of_another_from_being_found(bool isBusy)
    {
        Assert.True(LimitPattern.TryParse("queue:narrow", out var pattern));
        Assert.False((await storage.Limits.SaveAsync(pattern, new LimitSettings { MaxRunning = 100 }, TestContext.Current.CancellationToken)).IsRefused(out _, out _));
        await storage.EnqueueAsync(In("narrow"), In("idle"), storage.NewJob());
        while (await ClaimAsync(100) is not [])
            clock.Advance(Round);
        await using var first = await SqlTransaction.BeginAsync(storage);
        await using var second = await SqlTransaction.BeginAsync(storage);
        var waiting = new HashSet<JobId> { await first.EnqueueAsync(options: """{"queue":"narrow"}"""), await second.EnqueueAsync(options: """{"queue":"idle"}""") };
        await storage.EnqueueAsync(In("narrow"), In("idle"), storage.NewJob());
        await BusyForAsync(TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(3));
        while (await ClaimAsync(100) is not [])
            clock.Advance(Round);
        await first.CommitAsync();
        await second.CommitAsync();

        var took = TimeSpan.Zero;
        for (; waiting.Count > 0 && took < TimeSpan.FromSeconds(30); took += Round)
        {
            if (isBusy)
                await storage.EnqueueAsync(storage.NewJob(), storage.NewJob(), storage.NewJob());
            waiting.ExceptWith(await ClaimAsync(2));
            clock.Advance(Round);
        }

        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(isBusy ? 10.2 : 1.2));

        NewJob In(string queue) => storage.NewJob() with { Queue = QueueName.Parse(queue) };
    }

    [Fact]
    public async Task A_late_job_of_an_empty_lane_is_claimed_within_a_second()
    {
        await using var late = await OpenEnqueue.BeginAsync(storage, storage.NewJob());
        await PassAsync(late.Ids[0]);
        for (var idle = TimeSpan.Zero; idle < TimeSpan.FromSeconds(90); idle += TimeSpan.FromSeconds(3))
        {
            Assert.DoesNotContain(late.Ids[0], await ClaimAsync(100));
            clock.Advance(TimeSpan.FromSeconds(3));
        }

        await ClaimAsync(100);
        await late.CommitAsync();

        var waited = TimeSpan.Zero;
        for (; !(await ClaimAsync(100)).Contains(late.Ids[0]); waited += Round)
        {
            Assert.InRange(waited, TimeSpan.Zero, TimeSpan.FromSeconds(1));
            clock.Advance(Round);
        }
    }

    [Fact]
    public async Task A_job_that_is_being_edited_while_others_pass_it_keeps_its_place_and_is_not_left_behind()
    {
        var edited = Assert.Single(await storage.EnqueueAsync(storage.NewJob()));
        await using var connection = await storage.Hot.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var edit = new NpgsqlCommand("DELETE FROM jobservice.ready_jobs WHERE id = $1 RETURNING seq", connection) { Parameters = { new() { Value = edited.Value } } })
        {
            Assert.Equal(1L, await edit.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }

        await PassAsync(edited);
        await BusyForAsync(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(3));
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);

        Assert.InRange(await BusyUntilClaimedAsync(edited), TimeSpan.Zero, TimeSpan.FromSeconds(10.1));
    }

    [Fact]
    public async Task A_row_that_another_claimer_had_locked_and_let_go_is_not_left_behind()
    {
        var ids = await storage.EnqueueAsync(storage.NewJob(), storage.NewJob());
        await using (var connection = await storage.Hot.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var take = new NpgsqlCommand("SELECT FROM jobservice.ready_jobs WHERE id = $1 FOR UPDATE", connection) { Parameters = { new() { Value = ids[0].Value } } };
            await take.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            Assert.Equal([ids[1]], await ClaimAsync(10));
        }

        Assert.InRange(await BusyUntilClaimedAsync(ids[0]), TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task After_a_broken_exchange_every_lane_is_swept_at_once()
    {
        await using var late = await OpenEnqueue.BeginAsync(storage, storage.NewJob());
        await PassAsync(late.Ids[0]);
        await BusyForAsync(TimeSpan.FromSeconds(5), Round);
        await late.CommitAsync();

        await Assert.ThrowsAnyAsync<NpgsqlException>(async () =>
        {
            await storage.Database.ExecuteAsync("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            await ClaimAsync(2);
        });

        Assert.Contains(late.Ids[0], await ClaimAsync(2));
    }

    /// <summary>Claims jobs enqueued after the one, so that the lane stands behind it.</summary>
    private async Task PassAsync(JobId one)
    {
        await storage.EnqueueAsync(storage.NewJob(), storage.NewJob(), storage.NewJob());
        Assert.DoesNotContain(one, await ClaimAsync(2));
    }

    private async Task BusyForAsync(TimeSpan time, TimeSpan round)
    {
        for (var past = TimeSpan.Zero; past < time; past += round)
        {
            await storage.EnqueueAsync(storage.NewJob(), storage.NewJob(), storage.NewJob());
            await ClaimAsync(2);
            clock.Advance(round);
        }
    }

    /// <summary>How long it took, by the claimer's clock, while there was always more than it could claim.</summary>
    private async Task<TimeSpan> BusyUntilClaimedAsync(JobId id)
    {
        for (var past = TimeSpan.Zero; past < TimeSpan.FromMinutes(1); past += Round)
        {
            await storage.EnqueueAsync(storage.NewJob(), storage.NewJob(), storage.NewJob());
            if ((await ClaimAsync(2)).Contains(id))
                return past;
            clock.Advance(Round);
        }

        return TimeSpan.MaxValue;
    }

    private async Task<IReadOnlyList<JobId>> ClaimAsync(int maxJobs)
    {
        var request = new ClaimRequest { Worker = worker, MaxJobs = maxJobs, Types = [JobType.Parse("demo.echo")] };
        var exchange = await claimer.ExchangeAsync([], request, TestContext.Current.CancellationToken);
        return [.. exchange.Claims.Select(claim => claim.Id)];
    }
}
