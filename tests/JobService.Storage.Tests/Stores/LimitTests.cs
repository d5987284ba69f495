using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Rates;
using JobService.Core.Retries;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>What limits let through: as many as they say, of each key by itself, whoever claims.</summary>
public sealed class LimitTests(TestStorage storage) : IClassFixture<TestStorage>, IAsyncLifetime
{
    private readonly List<WorkerId> workers = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => workers.Add(await storage.RegisterWorkerAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task No_more_jobs_of_a_key_run_than_it_lets_through()
    {
        await LimitAsync("one:*", maxRunning: 2);
        var type = await EnqueueAsync(5, "one:a");
        var claimer = storage.Claimer();

        var first = await ClaimAsync(claimer, type);
        var none = await ClaimAsync(claimer, type);
        var next = await ClaimAsync(claimer, type, [first[0]]);

        Assert.Equal(2, first.Count);
        Assert.Empty(none);
        Assert.Single(next);
    }

    [Fact]
    public async Task Keys_take_turns_and_a_full_one_holds_up_no_other()
    {
        await LimitAsync("turn:*", maxRunning: 1);
        var type = NewType();
        await EnqueueAsync(5, type, "turn:a");
        await EnqueueAsync(5, type, "turn:b");
        var claimer = storage.Claimer();

        var first = await ClaimAsync(claimer, type);
        await EnqueueAsync(1, type, "turn:c");
        var second = await ClaimAsync(storage.Claimer(), type);

        Assert.Equal(2, first.Count);
        Assert.Single(second);
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

        var claims = await ClaimAsync(storage.Claimer(), type);

        Assert.Equal(3, claims.Count);
        var keys = new List<string>();
        foreach (var claim in claims)
        {
            keys.AddRange(await storage.Database.QueryAsync<string[]>(
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
        await storage.EnqueueAsync([.. Enumerable.Range(0, 8).Select(_ => storage.NewJob() with { Type = type, Queue = queue })]);
        var claimer = storage.Claimer();
        var running = await ClaimAsync(claimer, type, slots: 2);

        var key = isOfType ? LimitKey.Of(type) : LimitKey.Of(queue);
        await LimitAsync(key.Text, maxRunning: 3);
        var third = await ClaimAsync(claimer, type);
        var none = await ClaimAsync(storage.Claimer(), type);
        var afterOne = await ClaimAsync(storage.Claimer(), type, [running[0]]);

        Assert.Equal(2, running.Count);
        Assert.Single(third);
        Assert.Empty(none);
        Assert.Single(afterOne);

        await storage.Limits.DeleteAsync(Pattern(key.Text), Cancellation);
        Assert.Equal(4, (await ClaimAsync(storage.Claimer(), type)).Count);
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
            counts.Add((await ClaimAsync(storage.Claimer(), type)).Count);
        await storage.Limits.DeleteAsync(Pattern("deep:ab"), Cancellation);
        await LimitAsync("deep:a*", maxRunning: 5);

        Assert.Equal([1, 2, 3], counts);
        Assert.Equal(2, (await ClaimAsync(storage.Claimer(), types[2])).Count);
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
        var claimer = storage.Claimer();

        Assert.Empty(await ClaimAsync(claimer, type));
        await LimitAsync(new LimitSettings(), "stopped:*");

        Assert.Equal(2, (await ClaimAsync(storage.Claimer(), type)).Count);
    }

    [Fact]
    public async Task Priorities_are_kept_between_jobs_with_keys_and_without()
    {
        await LimitAsync("ranked:*", maxRunning: 100);
        var type = NewType();
        await EnqueueAsync(2, type, "ranked:a");
        await storage.EnqueueAsync(storage.NewJob() with { Type = type, Priority = new JobPriority(9) }, storage.NewJob() with { Type = type, Priority = new JobPriority(1) });
        await storage.EnqueueAsync(storage.NewJob() with { Type = type, Priority = new JobPriority(8), LimitKeys = [LimitKey.Parse("ranked:b")] });
        var claimer = storage.Claimer();

        var order = new List<int>();
        for (var i = 0; i < 5; i++)
            order.AddRange((await ClaimAsync(claimer, type, slots: 1)).Select(claim => claim.Priority.Value));

        Assert.Equal([9, 8, 5, 5, 1], order);
    }

    [Fact]
    public async Task Whatever_ends_a_claim_gives_its_place_back()
    {
        await LimitAsync("back:*", maxRunning: 1);
        var type = await EnqueueAsync(9, "back:a");
        var claimer = storage.Claimer();
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
            var exchange = await claimer.ExchangeAsync([end(Assert.Single(claims))], Request(workers[0], type, 10), Cancellation);
            claims = exchange.Claims;
        }

        Assert.Single(claims);
        Assert.Equal(1, await storage.Database.QueryAsync<long>(
            "SELECT count(*) FROM jobservice.limit_holds h JOIN jobservice.limit_keys k ON k.id = h.key_id WHERE k.key = 'back:a'"));
    }

    [Fact]
    public async Task A_waiting_job_with_keys_can_be_cancelled_edited_and_moved_to_another_queue()
    {
        await LimitAsync("edit:*", maxRunning: 1);
        var type = NewType();
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 3).Select(_ => storage.NewJob() with { Type = type, LimitKeys = [LimitKey.Parse("edit:a")] })]);

        Assert.Equal(JobCancellation.Done, (await storage.Jobs.CancelAsync(ids[0], null, null, Cancellation)).Value);
        Assert.Equal(JobState.Queued, (await storage.Jobs.EditAsync(ids[1], new JobEdit { Queue = QueueName.Parse("elsewhere") }, null, Cancellation)).Value);
        Assert.Equal(JobState.Queued, (await storage.Jobs.EditAsync(ids[2], new JobEdit { Priority = new JobPriority(9) }, null, Cancellation)).Value);
        var claimer = storage.Claimer();
        var first = await ClaimAsync(claimer, type);
        var second = await ClaimAsync(claimer, type, first);

        var places = first.Concat(second).ToDictionary(claim => claim.Id, claim => (claim.Queue.Name, claim.Priority.Value));
        Assert.Equal(("elsewhere", 5), places[ids[1]]);
        Assert.Equal(("default", 9), places[ids[2]]);
        Assert.Single(first);
        Assert.Equal("elsewhere", (await storage.Queries.FindAsync(ids[1], Cancellation)).Value!.Queue.Name);
    }

    [Fact]
    public async Task Under_other_settings_nothing_is_claimed_by_what_held_before()
    {
        var (first, second, queue) = (NewType(), NewType(), QueueName.Parse(NewType().Name));
        await LimitAsync(LimitKey.Of(queue).Text, maxRunning: 1);
        await storage.EnqueueAsync([.. Enumerable.Range(0, 6).Select(i => storage.NewJob() with { Type = i % 2 == 0 ? first : second, Queue = queue })]);
        var claimer = storage.Claimer();
        Task<Exchange> ClaimBothAsync() => claimer.ExchangeAsync([], new ClaimRequest { Worker = workers[0], MaxJobs = 10, Types = [first, second], Queues = [queue.Name] }, Cancellation);
        var held = await ClaimBothAsync();
        while (held is { Claims: [], Outlook.IsMoreReady: true })
            held = await ClaimBothAsync();
        Assert.Single(held.Claims);

        await storage.Limits.DeleteAsync(Pattern(LimitKey.Of(queue).Text), Cancellation);
        await LimitAsync(LimitKey.Of(second).Text, maxRunning: 1);
        var claims = new List<Claim>();
        for (var i = 0; i < 5; i++)
            claims.AddRange((await ClaimBothAsync()).Claims);

        Assert.InRange(claims.Count(claim => claim.Type == second), 0, 1);
        Assert.InRange(claims.Count(claim => claim.Type == first), 2, 3);
        Assert.False((await ClaimBothAsync()).Outlook.IsMoreReady);
    }

    [Fact]
    public async Task A_queue_may_be_limited_before_it_is_there()
    {
        var (type, queue, claimer) = (NewType(), QueueName.Parse(NewType().Name), storage.Claimer());
        await LimitAsync(LimitKey.Of(queue).Text, maxRunning: 1);
        Assert.Empty(await ClaimAsync(claimer, type));

        await storage.EnqueueAsync([.. Enumerable.Range(0, 3).Select(_ => storage.NewJob() with { Type = type, Queue = queue })]);

        Assert.Single(await ClaimAsync(storage.Claimer(), type));
        Assert.InRange((await ClaimAsync(claimer, type)).Count, 0, 0);
    }

    [Fact]
    public async Task A_faster_rate_holds_at_once()
    {
        await LimitAsync(new LimitSettings { Rate = new RateLimit(1, TimeSpan.FromDays(1), Burst: 1) }, "hurry:*");
        var type = await EnqueueAsync(9, "hurry:a");
        Assert.Single(await ClaimAsync(storage.Claimer(), type));

        await LimitAsync(new LimitSettings { Rate = new RateLimit(1_000_000, TimeSpan.FromSeconds(1), Burst: 5) }, "hurry:*");

        Assert.NotEmpty(await ClaimAsync(storage.Claimer(), type));
    }

    [Fact]
    public async Task A_trickle_of_the_best_priority_lets_no_lower_one_without_keys_before_a_better_one_with()
    {
        await LimitAsync("trickle:*", maxRunning: 100);
        var type = NewType();
        await storage.EnqueueAsync(
            [Of(type, 9, "trickle:a"), .. Enumerable.Range(0, 4).Select(_ => Of(type, 5, "trickle:b")), .. Enumerable.Range(0, 9).Select(_ => Of(type, 0))]);

        var claims = await ClaimAsync(storage.Claimer(), type, slots: 5);

        Assert.Equal([9, 5, 5, 5, 5], claims.Select(claim => claim.Priority.Value).OrderDescending());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Whoever_comes_with_a_better_priority_goes_first_though_nobody_has_heard_of_its_key(bool hasClaimed, bool knowsAnotherKey)
    {
        // That there are jobs with keys at all is heard of within a second.
        await LimitAsync("late:*", maxRunning: 100);
        await EnqueueAsync(1, NewType(), "late:first");
        var (type, claimer) = (NewType(), storage.Claimer());
        if (hasClaimed)
            Assert.Empty(await ClaimAsync(claimer, type, slots: 1));
        await storage.EnqueueAsync([.. Enumerable.Range(0, 5).Select(_ => Of(type, 0)), .. Enumerable.Range(0, knowsAnotherKey ? 5 : 0).Select(_ => Of(type, 1, "late:known"))]);
        if (hasClaimed)
            Assert.Equal([knowsAnotherKey ? 1 : 0], (await ClaimAsync(claimer, type, slots: 1)).Select(claim => claim.Priority.Value));
        await storage.EnqueueAsync(Of(type, 9, $"late:{type.Name}"));

        var first = await claimer.ExchangeAsync([], Request(workers[0], type, 1), Cancellation);

        Assert.Equal([9], first.Claims.Select(claim => claim.Priority.Value));
    }

    [Fact]
    public async Task One_of_a_limited_type_that_comes_with_a_better_priority_goes_first()
    {
        var (plain, narrow, claimer) = (NewType(), NewType(), storage.Claimer());
        await LimitAsync($"type:{narrow.Name}", maxRunning: 1);
        var request = Request(workers[0], plain, 1) with { Types = [plain, narrow] };
        await storage.EnqueueAsync([.. Enumerable.Range(0, 5).Select(_ => Of(plain, 0))]);
        Assert.Single((await claimer.ExchangeAsync([], request, Cancellation)).Claims);
        await storage.EnqueueAsync(Of(narrow, 9));

        var next = await claimer.ExchangeAsync([], request, Cancellation);

        Assert.Equal([9], next.Claims.Select(claim => claim.Priority.Value));
    }

    [Fact]
    public async Task Jobs_of_a_key_in_a_paused_queue_wait_for_the_queue()
    {
        await LimitAsync("idle:*", maxRunning: 1);
        var (type, queue) = (NewType(), QueueName.Parse(NewType().Name));
        await storage.EnqueueAsync(storage.NewJob() with { Type = type, Queue = queue, LimitKeys = [LimitKey.Parse("idle:a")] });
        var claimer = storage.Claimer();
        Assert.Empty(await ClaimAsync(claimer, NewType()));

        await storage.Database.ExecuteAsync(
            "WITH c AS MATERIALIZED (SELECT jobservice.change_claim_settings()) UPDATE jobservice.queues SET paused_at = now() FROM c WHERE name = $1", queue.Name);

        Assert.Empty(await ClaimAsync(claimer, type));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_of_a_key_that_came_while_its_queue_was_paused_or_had_no_slots_comes_first_as_soon_as_it_may(bool isPaused)
    {
        var (type, queue, other) = (NewType(), QueueName.Parse(NewType().Name), QueueName.Parse(NewType().Name));

        // Less than a second passes in all: nothing is looked for from the start again.
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var claimer = storage.Claimer(clock);
        await storage.EnqueueAsync(Of(type, priority: 9, "slots:a") with { Queue = queue }, Of(type, priority: 0) with { Queue = queue }, Of(type, priority: 0) with { Queue = other });
        Assert.Equal(9, Assert.Single(await ClaimWithAsync(slots: 1)).Priority.Value);
        if (isPaused)
            await storage.Queues.PauseAsync(queue, reason: null, actor: null, Cancellation);

        await storage.EnqueueAsync(Of(type, priority: 5, "slots:b") with { Queue = queue });
        Assert.Equal([other], (await ClaimWithAsync(slots: isPaused ? 2 : 0)).Select(claim => claim.Queue));
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(260));
            Assert.Empty(await ClaimWithAsync(slots: isPaused ? 2 : 0));
        }

        if (isPaused)
            await storage.Queues.ResumeAsync(queue, Cancellation);
        Assert.Equal([5, 0], (await ClaimWithAsync(slots: 2)).Select(claim => claim.Priority.Value));

        async Task<IReadOnlyList<Claim>> ClaimWithAsync(int slots)
        {
            var claims = new List<Claim>();
            for (var isMoreReady = true; isMoreReady;)
            {
                IReadOnlyList<QueueSelection> queues = [new QueueSelection(queue.Name) { MaxJobs = slots - claims.Count(claim => claim.Queue == queue) }, other.Name];
                var exchange = await claimer.ExchangeAsync([], Request(workers[0], type, slots: Math.Max(1, slots - claims.Count)) with { Queues = queues, Order = QueueOrder.Strict }, Cancellation);
                claims.AddRange(exchange.Claims);
                isMoreReady = exchange.Outlook.IsMoreReady && claims.Count < Math.Max(1, slots);
            }

            return claims;
        }
    }

    [Fact]
    public async Task A_key_that_is_opened_again_lets_its_jobs_go_first_at_once()
    {
        await LimitAsync("shut:*", maxRunning: 0);
        var type = NewType();
        await storage.EnqueueAsync(Of(type, priority: 9, "shut:a"), Of(type, priority: 0), Of(type, priority: 0));
        var claimer = storage.Claimer(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        Assert.Equal(0, Assert.Single(await ClaimAsync(claimer, type, slots: 1)).Priority.Value);

        await LimitAsync("shut:*", maxRunning: 1);

        Assert.Equal(9, Assert.Single(await ClaimAsync(claimer, type, slots: 1)).Priority.Value);
    }

    [Fact]
    public async Task A_slot_that_opened_elsewhere_is_not_for_one_that_comes_with_a_worse_priority()
    {
        var (type, queue) = (NewType(), QueueName.Parse(NewType().Name));
        await LimitAsync(LimitKey.Of(queue).Text, maxRunning: 1);
        await storage.EnqueueAsync(Of(type, priority: 9) with { Queue = queue }, Of(type, priority: 9, "mine") with { Queue = queue });
        var (claimer, other) = (storage.Claimer(new FakeTimeProvider(TimeProvider.System.GetUtcNow())), storage.Claimer());
        var running = await ClaimAsync(other, type);
        Assert.Empty(await ClaimAsync(claimer, type));

        await other.ExchangeAsync([JobTransition.Succeed(running[0].Id, running[0].Token, result: null)], request: null, Cancellation);
        await storage.EnqueueAsync(Of(type, priority: 0) with { Queue = queue });

        Assert.Equal(9, Assert.Single(await ClaimAsync(claimer, type)).Priority.Value);
    }

    [Fact]
    public async Task A_turn_that_lost_its_slots_to_what_went_before_is_not_given_to_a_worse_priority_of_another_queue()
    {
        var (type, narrow, wide) = (NewType(), QueueName.Parse("narrow." + NewType().Name), QueueName.Parse("wide." + NewType().Name));
        var claimer = storage.Claimer();
        var request = Request(workers[0], type, slots: 3) with { Order = QueueOrder.Strict, Queues = [new QueueSelection(narrow.Name) { MaxJobs = 1 }, wide.Name] };
        await storage.EnqueueAsync(
            Of(type, priority: 9) with { Queue = narrow }, Of(type, priority: 5, "turn:a") with { Queue = narrow },
            Of(type, priority: 0, "turn:b") with { Queue = wide }, Of(type, priority: 5) with { Queue = wide }, Of(type, priority: 5) with { Queue = wide });

        var claims = new List<Claim>();
        while (claims.Count < 3)
        {
            var left = request with { MaxJobs = 3 - claims.Count, Queues = [new QueueSelection(narrow.Name) { MaxJobs = claims.Exists(claim => claim.Queue == narrow) ? 0 : 1 }, wide.Name] };
            var exchange = await claimer.ExchangeAsync([], left, Cancellation);
            Assert.True(exchange.Claims.Count > 0 || exchange.Outlook.IsMoreReady);
            claims.AddRange(exchange.Claims);
        }

        Assert.Equal([9, 5, 5], claims.Select(claim => claim.Priority.Value));
    }

    [Fact]
    public async Task However_many_full_keys_of_a_better_priority_there_are_another_key_is_served()
    {
        await LimitAsync("many:*", maxRunning: 1);
        var type = NewType();
        await storage.EnqueueAsync([.. Enumerable.Range(0, 50).SelectMany(i => new[] { Of(type, priority: 9, $"many:{i}"), Of(type, priority: 9, $"many:{i}"), Of(type, priority: 5, $"many:{i}") })]);
        var claimer = storage.Claimer(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        Assert.Equal(50, (await ClaimAsync(claimer, type, slots: 100)).Count);

        await storage.EnqueueAsync(Of(type, priority: 5, "many:idle"));
        var rounds = 0;
        Exchange exchange;
        do
            exchange = await claimer.ExchangeAsync([], Request(workers[0], type, slots: 1), Cancellation);
        while (exchange is { Claims: [], Outlook.IsMoreReady: true } && ++rounds < 10);

        Assert.Equal(5, Assert.Single(exchange.Claims).Priority.Value);
    }

    [Fact]
    public async Task A_key_whose_only_job_a_transaction_holds_is_looked_at_less_and_less_and_served_again_within_a_second()
    {
        await LimitAsync("held:*", maxRunning: 1);
        var type = await EnqueueAsync(1, "held:1");
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var claimer = storage.Claimer(clock);
        var waits = new List<double>();
        await using (var holder = await storage.Database.Source.OpenConnectionAsync(Cancellation))
        await using (await holder.BeginTransactionAsync(Cancellation))
        {
            await using var hold = new NpgsqlCommand("SELECT r.id FROM jobservice.ready_jobs r JOIN jobservice.job_types t ON t.id = r.type_id WHERE t.name = $1 FOR UPDATE OF r", holder) { Parameters = { new() { Value = type.Name } } };
            Assert.NotNull(await hold.ExecuteScalarAsync(Cancellation));
            for (var looks = 0; waits.Count < 11 && looks < 50; looks++)
            {
                var exchange = await claimer.ExchangeAsync([], Request(workers[0], type, 10), Cancellation);
                Assert.Empty(exchange.Claims);
                if (exchange.Outlook.LookIn is not { } wait)
                    continue;
                waits.Add(wait.TotalMilliseconds);
                clock.Advance(wait);
            }
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000], waits);
        Assert.Single(await ClaimAsync(claimer, type));
    }

    private static LimitPattern Pattern(string text) => LimitPattern.TryParse(text, out var pattern) ? pattern : throw new FormatException(text);

    private NewJob Of(JobType type, int priority, params string[] keys) =>
        storage.NewJob() with { Type = type, Priority = new JobPriority(priority), LimitKeys = [.. keys.Select(LimitKey.Parse)] };

    private static JobType NewType() => JobType.Parse($"t.{Guid.NewGuid():n}");

    private static ClaimRequest Request(WorkerId worker, JobType type, int slots) => new() { Worker = worker, MaxJobs = slots, Types = [type] };

    private Task LimitAsync(string pattern, int maxRunning) => LimitAsync(new LimitSettings { MaxRunning = maxRunning }, pattern);

    private async Task LimitAsync(LimitSettings settings, string pattern) =>
        Assert.False((await storage.Limits.SaveAsync(Pattern(pattern), settings, Cancellation)).IsRefused(out _, out _));

    private async Task<JobType> EnqueueAsync(int count, string key)
    {
        var type = NewType();
        await EnqueueAsync(count, type, key);
        return type;
    }

    private Task EnqueueAsync(int count, JobType type, params string[] keys) => storage.EnqueueAsync(
        [.. Enumerable.Range(0, count).Select(_ => storage.NewJob() with { Type = type, LimitKeys = [.. keys.Select(LimitKey.Parse)] })]);

    private Task<IReadOnlyList<Claim>> ClaimAsync(IClaimStore claimer, JobType type, IReadOnlyList<Claim>? done = null, int slots = 10) =>
        ClaimAsync(claimer, workers[0], type, done ?? [], slots);

    /// <summary>As a claim loop does it: again, where there is more to be had at once.</summary>
    private static async Task<IReadOnlyList<Claim>> ClaimAsync(IClaimStore claimer, WorkerId worker, JobType type, IReadOnlyList<Claim> done, int slots)
    {
        IReadOnlyList<JobTransition> ended = [.. done.Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null))];
        var claims = new List<Claim>();
        while (true)
        {
            var exchange = await claimer.ExchangeAsync(ended, Request(worker, type, slots - claims.Count), Cancellation);
            Assert.Empty(exchange.Stale);
            claims.AddRange(exchange.Claims);
            ended = [];
            if (!exchange.Outlook.IsMoreReady || claims.Count == slots)
                return claims;
        }
    }
}
