using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Rates;
using JobService.Core.Retries;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>What limits let through: as many as they say, of each key by itself, whoever claims.</summary>
public sealed class LimitTests(TestStorage storage) : LimitCases(storage)
{
    [Fact]
    public async Task No_more_jobs_of_a_key_run_than_it_lets_through()
    {
        await LimitAsync("one:*", maxRunning: 2);
        var type = await EnqueueAsync(5, "one:a");
        var claimer = Storage.Claimer();

        var first = await ClaimAsync(claimer, type);
        var none = await ClaimAsync(claimer, type);
        var next = await ClaimAsync(claimer, type, [first[0]]);

        Assert.Equal(2, first.Count);
        Assert.Empty(none);
        Assert.Single(next);
    }

    [Fact]
    public async Task A_job_of_several_keys_needs_room_under_each()
    {
        await LimitAsync("wide", maxRunning: 3);
        await LimitAsync("narrow:*", maxRunning: 1);
        var type = NewType();
        await EnqueueAsync(3, type, "wide", "narrow:a");
        await EnqueueAsync(3, type, "wide", "narrow:b");
        await EnqueueAsync(3, type, "wide");

        var claims = await ClaimAsync(Storage.Claimer(), type);

        Assert.Equal(3, claims.Count);
        var keys = new List<string>();
        foreach (var claim in claims)
        {
            keys.AddRange(await Storage.Database.QueryAsync<string[]>(
                "SELECT l.keys FROM jobservice.jobs j JOIN jobservice.limit_lanes l ON l.id = j.lane_id WHERE j.id = $1", claim.Id.Value));
        }

        Assert.Equal([1, 1, 3], [.. new[] { "narrow:a", "narrow:b", "wide" }.Select(name => keys.Count(key => key.Equals(name, StringComparison.Ordinal)))]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_limit_of_a_type_or_a_queue_holds_for_what_waits_and_counts_what_runs(bool isOfType)
    {
        var (type, queue) = (NewType(), QueueName.Parse(NewType().Name));
        await Storage.EnqueueAsync([.. Enumerable.Range(0, 8).Select(_ => Storage.NewJob() with { Type = type, Queue = queue })]);
        var claimer = Storage.Claimer();
        var running = await ClaimAsync(claimer, type, slots: 2);

        var key = isOfType ? LimitKey.Of(type) : LimitKey.Of(queue);
        await LimitAsync(key.Text, maxRunning: 3);
        var third = await ClaimAsync(claimer, type);
        var none = await ClaimAsync(Storage.Claimer(), type);
        var afterOne = await ClaimAsync(Storage.Claimer(), type, [running[0]]);

        Assert.Equal(2, running.Count);
        Assert.Single(third);
        Assert.Empty(none);
        Assert.Single(afterOne);

        await Storage.Limits.DeleteAsync(Pattern(key.Text), Cancellation);
        Assert.Equal(4, (await ClaimAsync(Storage.Claimer(), type)).Count);
    }

    [Fact]
    public async Task The_limit_of_the_key_itself_holds_before_those_of_its_beginning_and_of_these_the_longest()
    {
        await LimitAsync("deep:*", maxRunning: 1);
        await LimitAsync("deep:a*", maxRunning: 2);
        await LimitAsync("deep:ab", maxRunning: 3);
        var types = new[] { await EnqueueAsync(9, "deep:x"), await EnqueueAsync(9, "deep:ax"), await EnqueueAsync(9, "deep:ab") };

        var counts = new List<int>();
        foreach (var type in types)
            counts.Add((await ClaimAsync(Storage.Claimer(), type)).Count);
        await Storage.Limits.DeleteAsync(Pattern("deep:ab"), Cancellation);
        await LimitAsync("deep:a*", maxRunning: 5);

        Assert.Equal([1, 2, 3], counts);
        Assert.Equal(2, (await ClaimAsync(Storage.Claimer(), types[2])).Count);
    }

    [Fact]
    public async Task A_rate_lets_its_burst_through_and_then_one_at_its_pace()
    {
        await using var own = await TestStorage.CreateAsync();
        Assert.True((await own.Limits.SaveAsync(Pattern("paced"), new LimitSettings { Rate = new RateLimit(6, TimeSpan.FromHours(1), Burst: 3) }, Cancellation)).Value);
        await own.EnqueueAsync([.. Enumerable.Range(0, 10).Select(_ => own.NewJob() with { LimitKeys = [LimitKey.Parse("paced")] })]);
        var worker = await own.RegisterWorkerAsync(TimeSpan.FromDays(1));

        var counts = new List<int>();
        foreach (var minutes in new[] { 0, 9, 1, 10, 40 })
        {
            await own.Database.AdvanceAsync(TimeSpan.FromMinutes(minutes));
            counts.Add((await ClaimAsync(own.Claimer(), worker, JobType.Parse("demo.echo"), [], 100)).Count);
        }

        Assert.Equal([3, 0, 1, 1, 3], counts);
    }

    [Fact]
    public async Task A_paused_key_starts_nothing_until_it_goes_on()
    {
        await LimitAsync(new LimitSettings { IsPaused = true }, "stopped:*");
        var type = await EnqueueAsync(2, "stopped:a");
        var claimer = Storage.Claimer();

        Assert.Empty(await ClaimAsync(claimer, type));
        await LimitAsync(new LimitSettings(), "stopped:*");

        Assert.Equal(2, (await ClaimAsync(Storage.Claimer(), type)).Count);
    }

    [Fact]
    public async Task Whatever_ends_a_claim_gives_its_place_back()
    {
        await LimitAsync("back:*", maxRunning: 1);
        var type = await EnqueueAsync(9, "back:a");
        var claimer = Storage.Claimer();
        Func<Claim, JobTransition>[] ends =
        [
            claim => JobTransition.Succeed(claim.Id, claim.Token, result: null),
            claim => JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, new AttemptError("demo.failed", "No."), FailureReason.NotRetryable),
            claim => JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, new AttemptError("demo.failed", "No."), TimeSpan.FromHours(1)),
            claim => JobTransition.Snooze(claim.Id, claim.Token, TimeSpan.FromHours(1)),
            claim => JobTransition.Release(claim.Id, claim.Token),
        ];

        var claims = await ClaimAsync(claimer, type);
        foreach (var end in ends)
        {
            var exchange = await claimer.ExchangeAsync([end(Assert.Single(claims))], Request(Worker, type, 10), Cancellation);
            claims = exchange.Claims;
        }

        Assert.Single(claims);
        Assert.Equal(1, await Storage.Database.QueryAsync<long>(
            "SELECT count(*) FROM jobservice.limit_holds h JOIN jobservice.limit_keys k ON k.id = h.key_id WHERE k.key = 'back:a'"));
    }

    [Fact]
    public async Task A_waiting_job_with_keys_can_be_cancelled_edited_and_moved_to_another_queue()
    {
        await LimitAsync("edit:*", maxRunning: 1);
        var type = NewType();
        var ids = await Storage.EnqueueAsync([.. Enumerable.Range(0, 3).Select(_ => Storage.NewJob() with { Type = type, LimitKeys = [LimitKey.Parse("edit:a")] })]);

        Assert.Equal(JobCancellation.Done, (await Storage.Jobs.CancelAsync(ids[0], null, null, Cancellation)).Value);
        Assert.Equal(JobState.Queued, (await Storage.Jobs.EditAsync(ids[1], new JobEdit { Queue = QueueName.Parse("elsewhere") }, null, Cancellation)).Value);
        Assert.Equal(JobState.Queued, (await Storage.Jobs.EditAsync(ids[2], new JobEdit { Priority = new JobPriority(9) }, null, Cancellation)).Value);
        var claimer = Storage.Claimer();
        var first = await ClaimAsync(claimer, type);
        var second = await ClaimAsync(claimer, type, first);

        var places = first.Concat(second).ToDictionary(claim => claim.Id, claim => (claim.Queue.Name, claim.Priority.Value));
        Assert.Equal(("elsewhere", 5), places[ids[1]]);
        Assert.Equal(("default", 9), places[ids[2]]);
        Assert.Single(first);
        Assert.Equal("elsewhere", (await Storage.Queries.FindAsync(ids[1], Cancellation)).Value!.Queue.Name);
    }

    [Fact]
    public async Task Under_other_settings_nothing_is_claimed_by_what_held_before_and_all_that_they_let_through_soon()
    {
        var (first, second, queue) = (NewType(), NewType(), QueueName.Parse(NewType().Name));
        await LimitAsync(LimitKey.Of(queue).Text, maxRunning: 1);
        await Storage.EnqueueAsync([.. Enumerable.Range(0, 6).Select(i => Storage.NewJob() with { Type = i % 2 == 0 ? first : second, Queue = queue })]);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var claimer = Storage.Claimer(clock);
        var held = Assert.Single(await ClaimBothAsync());
        clock.Advance(TimeSpan.FromMilliseconds(10));

        await Storage.Limits.DeleteAsync(Pattern(LimitKey.Of(queue).Text), Cancellation);
        await LimitAsync(LimitKey.Of(second).Text, maxRunning: 1);
        var next = await ClaimBothAsync();

        Assert.Equal(held.Type == second ? [first, first, first] : [first, first, second], next.Select(claim => claim.Type).OrderBy(type => type == second));

        // It looks again as soon as it was told that there may be more.
        async Task<IReadOnlyList<Claim>> ClaimBothAsync()
        {
            var claims = new List<Claim>();
            for (var rounds = 0; rounds < 3; rounds++)
            {
                var request = new ClaimRequest { Worker = Worker, MaxJobs = 10, Types = [first, second], Queues = [queue.Name] };
                Exchange exchange;
                do
                    claims.AddRange((exchange = await claimer.ExchangeAsync([], request, Cancellation)).Claims);
                while (exchange.Outlook.IsMoreReady);
                clock.Advance(exchange.Outlook.LookIn is { TotalMilliseconds: <= 50 } soon ? soon : TimeSpan.Zero);
            }

            return claims;
        }
    }

    [Fact]
    public async Task A_queue_may_be_limited_before_it_is_there()
    {
        var (type, queue, claimer) = (NewType(), QueueName.Parse(NewType().Name), Storage.Claimer());
        await LimitAsync(LimitKey.Of(queue).Text, maxRunning: 1);
        Assert.Empty(await ClaimAsync(claimer, type));

        await Storage.EnqueueAsync([.. Enumerable.Range(0, 3).Select(_ => Storage.NewJob() with { Type = type, Queue = queue })]);

        Assert.Single(await ClaimAsync(Storage.Claimer(), type));
        Assert.InRange((await ClaimAsync(claimer, type)).Count, 0, 0);
    }

    [Fact]
    public async Task A_faster_rate_holds_at_once()
    {
        await LimitAsync(new LimitSettings { Rate = new RateLimit(1, TimeSpan.FromDays(1), Burst: 1) }, "hurry:*");
        var type = await EnqueueAsync(9, "hurry:a");
        Assert.Single(await ClaimAsync(Storage.Claimer(), type));

        await LimitAsync(new LimitSettings { Rate = new RateLimit(1_000_000, TimeSpan.FromSeconds(1), Burst: 5) }, "hurry:*");

        Assert.NotEmpty(await ClaimAsync(Storage.Claimer(), type));
    }

    [Fact]
    public async Task Jobs_of_a_key_in_a_paused_queue_wait_for_the_queue()
    {
        await LimitAsync("idle:*", maxRunning: 1);
        var (type, queue) = (NewType(), QueueName.Parse(NewType().Name));
        await Storage.EnqueueAsync(Storage.NewJob() with { Type = type, Queue = queue, LimitKeys = [LimitKey.Parse("idle:a")] });
        var claimer = Storage.Claimer();
        Assert.Empty(await ClaimAsync(claimer, NewType()));

        await Storage.Database.ExecuteAsync(
            "WITH c AS MATERIALIZED (SELECT jobservice.change_claim_settings()) UPDATE jobservice.queues SET paused_at = now() FROM c WHERE name = $1", queue.Name);

        Assert.Empty(await ClaimAsync(claimer, type));
    }

    [Fact]
    public async Task A_key_whose_only_job_a_transaction_holds_is_looked_at_less_and_less_and_served_again_within_a_second()
    {
        await LimitAsync("held:*", maxRunning: 1);
        var type = await EnqueueAsync(1, "held:1");
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var claimer = Storage.Claimer(clock);
        var waits = new List<double>();
        await using (var holder = await Storage.Database.Source.OpenConnectionAsync(Cancellation))
        await using (await holder.BeginTransactionAsync(Cancellation))
        {
            await using var hold = new NpgsqlCommand("SELECT r.id FROM jobservice.ready_jobs r JOIN jobservice.job_types t ON t.id = r.type_id WHERE t.name = $1 FOR UPDATE OF r", holder) { Parameters = { new() { Value = type.Name } } };
            Assert.NotNull(await hold.ExecuteScalarAsync(Cancellation));
            while (waits.Sum() < 5_000)
            {
                var exchange = await claimer.ExchangeAsync([], Request(Worker, type, 10), Cancellation);
                Assert.Empty(exchange.Claims);
                if (exchange.Outlook is not { IsMoreReady: false, LookIn: { } wait })
                    continue;
                waits.Add(wait.TotalMilliseconds);
                clock.Advance(wait);
            }
        }

        // 5 ms, 10, 20 and so on up to a second; and after each of the first few, once more for other settings.
        Assert.Equal([5, 10, 20], waits.Take(3));
        Assert.Equal([1_000, 1_000, 1_000], waits.TakeLast(3));
        Assert.InRange(waits.Count, 11, 18);
        Assert.Single(await ClaimAsync(claimer, type));
    }

    [Fact]
    public async Task A_key_that_was_full_while_another_exchange_ended_what_ran_under_it_is_looked_at_again_at_once()
    {
        await LimitAsync("ending", maxRunning: 1);
        var type = await EnqueueAsync(2, "ending");
        var claimer = Storage.Claimer(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var running = Assert.Single(await ClaimAsync(claimer, type));
        Task<Exchange> ending;
        Exchange beside;
        await using (var holder = await Storage.Database.Source.OpenConnectionAsync(Cancellation))
        await using (await holder.BeginTransactionAsync(Cancellation))
        {
            await using var hold = new NpgsqlCommand("SELECT id FROM jobservice.running_jobs WHERE id = $1 FOR UPDATE", holder) { Parameters = { new() { Value = running.Id.Value } } };
            Assert.NotNull(await hold.ExecuteScalarAsync(Cancellation));
            ending = claimer.ExchangeAsync([JobTransition.Succeed(running.Id, running.Token, result: null)], request: null, Cancellation);
            await Storage.WaitForLocksAsync(1, ending);

            beside = await claimer.ExchangeAsync([], Request(Worker, type, 10), Cancellation);
        }

        Assert.Empty((await ending).Stale);
        Assert.Equal((0, TimeSpan.FromMilliseconds(5)), (beside.Claims.Count, beside.Outlook.LookIn));
    }

    [Fact]
    public async Task A_key_is_looked_at_again_at_once_after_a_job_of_a_sequence_under_it_that_was_claimed_too_late()
    {
        await using var own = await TestStorage.CreateAsync();
        Assert.True((await own.Limits.SaveAsync(Pattern("late"), new LimitSettings { MaxRunning = 1 }, Cancellation)).Value);
        LimitKey[] keys = [LimitKey.Parse("late")];
        var end = await own.Database.QueryAsync<DateTime>("SELECT jobservice.now() + interval '1 minute'");
        await own.EnqueueAsync(own.NewSequenceJob() with { LimitKeys = keys, ExpiresAt = new DateTimeOffset(end, TimeSpan.Zero) });
        await own.EnqueueAsync(own.NewJob() with { LimitKeys = keys });
        await own.Database.AdvanceAsync(TimeSpan.FromMinutes(2));
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var (claimer, request) = (own.Claimer(clock), Request(await own.RegisterWorkerAsync(), JobType.Parse("demo.echo"), slots: 10));

        var late = await claimer.ExchangeAsync([], request, Cancellation);
        var ending = await claimer.ExchangeAsync(late.Endings, request, Cancellation);
        clock.Advance(ending.Outlook.LookIn!.Value);
        var next = await claimer.ExchangeAsync([], request, Cancellation);

        Assert.Equal((1, 0, 0), (late.Endings.Count, late.Claims.Count, ending.Stale.Count));
        Assert.Equal((0, TimeSpan.FromMilliseconds(5)), (ending.Claims.Count, ending.Outlook.LookIn));
        Assert.Single(next.Claims);
    }

    [Fact]
    public async Task A_job_that_a_transaction_held_is_found_again_though_those_behind_it_were_claimed()
    {
        await LimitAsync("behind", maxRunning: 10);
        var type = await EnqueueAsync(3, "behind");
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var claimer = Storage.Claimer(clock);
        await using (var holder = await Storage.Database.Source.OpenConnectionAsync(Cancellation))
        await using (await holder.BeginTransactionAsync(Cancellation))
        {
            await using var hold = new NpgsqlCommand(
                "SELECT r.id FROM jobservice.ready_jobs r JOIN jobservice.job_types t ON t.id = r.type_id WHERE t.name = $1 ORDER BY r.seq LIMIT 1 FOR UPDATE OF r", holder)
            { Parameters = { new() { Value = type.Name } } };
            Assert.NotNull(await hold.ExecuteScalarAsync(Cancellation));

            // So long after they came, what came late is not looked for there any more.
            Assert.Empty(await ClaimAsync(claimer, NewType()));
            clock.Advance(TimeSpan.FromMinutes(2));
            Assert.Equal(2, (await ClaimAsync(claimer, type)).Count);
            Assert.Empty(await ClaimAsync(claimer, type));
        }

        clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Single(await ClaimAsync(claimer, type));
    }

    [Fact]
    public async Task What_is_given_back_lets_others_of_its_key_start_at_once()
    {
        await LimitAsync("disowned", maxRunning: 1);
        var type = await EnqueueAsync(2, "disowned");
        var (claimer, worker) = (Storage.Claimer(new FakeTimeProvider(TimeProvider.System.GetUtcNow())), await Storage.RegisterWorkerAsync());
        Assert.Single((await claimer.ExchangeAsync([], Request(worker, type, 10), Cancellation)).Claims);
        Assert.Empty((await claimer.ExchangeAsync([], Request(worker, type, 10), Cancellation)).Claims);

        Assert.Equal(1, await claimer.DisownAsync(worker, [], Cancellation));

        Assert.Single((await claimer.ExchangeAsync([], Request(worker, type, 10), Cancellation)).Claims);
    }
}
