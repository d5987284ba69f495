using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Storage.Tests.Stores;

/// <summary>Who goes first where limits hold some up: the best priority of those that may, and no key before its turn.</summary>
public sealed class LimitOrderTests(TestStorage storage) : LimitCases(storage)
{
    [Fact]
    public async Task Keys_take_turns_and_a_full_one_holds_up_no_other()
    {
        await LimitAsync("turn:*", maxRunning: 1);
        var type = NewType();
        await EnqueueAsync(5, type, "turn:a");
        await EnqueueAsync(5, type, "turn:b");
        var claimer = Storage.Claimer();

        var first = await ClaimAsync(claimer, type);
        await EnqueueAsync(1, type, "turn:c");
        var second = await ClaimAsync(Storage.Claimer(), type);

        Assert.Equal(2, first.Count);
        Assert.Single(second);
    }

    [Fact]
    public async Task Priorities_are_kept_between_jobs_with_keys_and_without()
    {
        await LimitAsync("ranked:*", maxRunning: 100);
        var type = NewType();
        await EnqueueAsync(2, type, "ranked:a");
        await Storage.EnqueueAsync(Storage.NewJob() with { Type = type, Priority = new JobPriority(9) }, Storage.NewJob() with { Type = type, Priority = new JobPriority(1) });
        await Storage.EnqueueAsync(Storage.NewJob() with { Type = type, Priority = new JobPriority(8), LimitKeys = [LimitKey.Parse("ranked:b")] });
        var claimer = Storage.Claimer();

        var order = new List<int>();
        for (var i = 0; i < 5; i++)
            order.AddRange((await ClaimAsync(claimer, type, slots: 1)).Select(claim => claim.Priority.Value));

        Assert.Equal([9, 8, 5, 5, 1], order);
    }

    [Fact]
    public async Task A_trickle_of_the_best_priority_lets_no_lower_one_without_keys_before_a_better_one_with()
    {
        await LimitAsync("trickle:*", maxRunning: 100);
        var type = NewType();
        await Storage.EnqueueAsync(
            [Of(type, 9, "trickle:a"), .. Enumerable.Range(0, 4).Select(_ => Of(type, 5, "trickle:b")), .. Enumerable.Range(0, 9).Select(_ => Of(type, 0))]);

        var claims = await ClaimAsync(Storage.Claimer(), type, slots: 5);

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
        var (type, claimer) = (NewType(), Storage.Claimer());
        if (hasClaimed)
            Assert.Empty(await ClaimAsync(claimer, type, slots: 1));
        await Storage.EnqueueAsync([.. Enumerable.Range(0, 5).Select(_ => Of(type, 0)), .. Enumerable.Range(0, knowsAnotherKey ? 5 : 0).Select(_ => Of(type, 1, "late:known"))]);
        if (hasClaimed)
            Assert.Equal([knowsAnotherKey ? 1 : 0], (await ClaimAsync(claimer, type, slots: 1)).Select(claim => claim.Priority.Value));
        await Storage.EnqueueAsync(Of(type, 9, $"late:{type.Name}"));

        var first = await claimer.ExchangeAsync([], Request(Worker, type, 1), Cancellation);

        Assert.Equal([9], first.Claims.Select(claim => claim.Priority.Value));
    }

    [Fact]
    public async Task One_of_a_limited_type_that_comes_with_a_better_priority_goes_first()
    {
        var (plain, narrow, claimer) = (NewType(), NewType(), Storage.Claimer());
        await LimitAsync($"type:{narrow.Name}", maxRunning: 1);
        var request = Request(Worker, plain, 1) with { Types = [plain, narrow] };
        await Storage.EnqueueAsync([.. Enumerable.Range(0, 5).Select(_ => Of(plain, 0))]);
        Assert.Single((await claimer.ExchangeAsync([], request, Cancellation)).Claims);
        await Storage.EnqueueAsync(Of(narrow, 9));

        var next = await claimer.ExchangeAsync([], request, Cancellation);

        Assert.Equal([9], next.Claims.Select(claim => claim.Priority.Value));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_of_a_key_that_came_while_its_queue_was_paused_or_had_no_slots_comes_first_as_soon_as_it_may(bool isPaused)
    {
        var (type, queue, other) = (NewType(), QueueName.Parse(NewType().Name), QueueName.Parse(NewType().Name));

        // Less than a second passes in all: nothing is looked for from the start again.
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var claimer = Storage.Claimer(clock);
        await Storage.EnqueueAsync(Of(type, priority: 9, "slots:a") with { Queue = queue }, Of(type, priority: 0) with { Queue = queue }, Of(type, priority: 0) with { Queue = other });
        Assert.Equal(9, Assert.Single(await ClaimWithAsync(slots: 1)).Priority.Value);
        if (isPaused)
            await Storage.Queues.PauseAsync(queue, reason: null, actor: null, Cancellation);

        await Storage.EnqueueAsync(Of(type, priority: 5, "slots:b") with { Queue = queue });
        Assert.Equal([other], (await ClaimWithAsync(slots: isPaused ? 2 : 0)).Select(claim => claim.Queue));
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(260));
            Assert.Empty(await ClaimWithAsync(slots: isPaused ? 2 : 0));
        }

        if (isPaused)
            await Storage.Queues.ResumeAsync(queue, Cancellation);
        Assert.Equal([5, 0], (await ClaimWithAsync(slots: 2)).Select(claim => claim.Priority.Value));

        async Task<IReadOnlyList<Claim>> ClaimWithAsync(int slots)
        {
            var claims = new List<Claim>();
            for (var isMoreReady = true; isMoreReady;)
            {
                IReadOnlyList<QueueSelection> queues = [new QueueSelection(queue.Name) { MaxJobs = slots - claims.Count(claim => claim.Queue == queue) }, other.Name];
                var exchange = await claimer.ExchangeAsync([], Request(Worker, type, slots: Math.Max(1, slots - claims.Count)) with { Queues = queues, Order = QueueOrder.Strict }, Cancellation);
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
        await Storage.EnqueueAsync(Of(type, priority: 9, "shut:a"), Of(type, priority: 0), Of(type, priority: 0));
        var claimer = Storage.Claimer(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        Assert.Equal(0, Assert.Single(await ClaimAsync(claimer, type, slots: 1)).Priority.Value);

        await LimitAsync("shut:*", maxRunning: 1);

        Assert.Equal(9, Assert.Single(await ClaimAsync(claimer, type, slots: 1)).Priority.Value);
    }

    [Fact]
    public async Task A_slot_that_opened_elsewhere_is_not_for_one_that_comes_with_a_worse_priority()
    {
        var (type, queue) = (NewType(), QueueName.Parse(NewType().Name));
        await LimitAsync(LimitKey.Of(queue).Text, maxRunning: 1);
        await Storage.EnqueueAsync(Of(type, priority: 9) with { Queue = queue }, Of(type, priority: 9, "mine") with { Queue = queue });
        var (claimer, other) = (Storage.Claimer(new FakeTimeProvider(TimeProvider.System.GetUtcNow())), Storage.Claimer());
        var running = await ClaimAsync(other, type);
        Assert.Empty(await ClaimAsync(claimer, type));

        await other.ExchangeAsync([JobTransition.Succeed(running[0].Id, running[0].Token, result: null)], request: null, Cancellation);
        await Storage.EnqueueAsync(Of(type, priority: 0) with { Queue = queue });

        Assert.Equal(9, Assert.Single(await ClaimAsync(claimer, type)).Priority.Value);
    }

    [Fact]
    public async Task A_turn_that_lost_its_slots_to_what_went_before_is_not_given_to_a_worse_priority_of_another_queue()
    {
        var (type, narrow, wide) = (NewType(), QueueName.Parse("narrow." + NewType().Name), QueueName.Parse("wide." + NewType().Name));
        var claimer = Storage.Claimer();
        var request = Request(Worker, type, slots: 3) with { Order = QueueOrder.Strict, Queues = [new QueueSelection(narrow.Name) { MaxJobs = 1 }, wide.Name] };
        await Storage.EnqueueAsync(
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
        await Storage.EnqueueAsync([.. Enumerable.Range(0, 50).SelectMany(i => new[] { Of(type, priority: 9, $"many:{i}"), Of(type, priority: 9, $"many:{i}"), Of(type, priority: 5, $"many:{i}") })]);
        var claimer = Storage.Claimer(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        Assert.Equal(50, (await ClaimAsync(claimer, type, slots: 100)).Count);

        await Storage.EnqueueAsync(Of(type, priority: 5, "many:idle"));
        var rounds = 0;
        Exchange exchange;
        do
            exchange = await claimer.ExchangeAsync([], Request(Worker, type, slots: 1), Cancellation);
        while (exchange is { Claims: [], Outlook.IsMoreReady: true } && ++rounds < 10);

        Assert.Equal(5, Assert.Single(exchange.Claims).Priority.Value);
    }
    [Fact]
    public async Task One_claim_takes_of_every_priority_and_every_queue_what_their_keys_let_through()
    {
        // Else short jobs of the first would hold all others up as long as there are more of them: each claim finds its key open again.
        await LimitAsync("all:*", maxRunning: 1);
        var (type, first, second) = (NewType(), QueueName.Parse(NewType().Name), QueueName.Parse(NewType().Name));
        await Storage.EnqueueAsync(
            Of(type, priority: 9, "all:a") with { Queue = first }, Of(type, priority: 9, "all:a") with { Queue = first }, Of(type, priority: 6) with { Queue = first },
            Of(type, priority: 5, "all:b") with { Queue = first }, Of(type, priority: 8, "all:c") with { Queue = second }, Of(type, priority: 0) with { Queue = second });
        var request = Request(Worker, type, slots: 10) with { Order = QueueOrder.Strict, Queues = [first.Name, second.Name] };

        var claims = (await Storage.Claimer().ExchangeAsync([], request, Cancellation)).Claims;

        Assert.Equal([9, 8, 6, 5, 0], claims.Select(claim => claim.Priority.Value));
    }

    [Fact]
    public async Task A_suspect_that_a_transaction_holds_holds_up_neither_the_next_one_nor_what_comes_behind()
    {
        await LimitAsync("suspect:*", maxRunning: 1);
        var type = NewType();
        var ids = await Storage.EnqueueAsync(Of(type, priority: 9, "suspect:a"), Of(type, priority: 5, "suspect:b"), Of(type, priority: 0));
        await Storage.Database.ExecuteAsync("UPDATE jobservice.ready_jobs SET rank = rank + 100, crashes = 2 WHERE id = ANY ($1)", ids.Take(2).Select(id => id.Value).ToArray());
        await using var holder = await Storage.Database.Source.OpenConnectionAsync(Cancellation);
        await using var transaction = await holder.BeginTransactionAsync(Cancellation);
        await using var hold = new NpgsqlCommand("SELECT id FROM jobservice.ready_jobs WHERE id = $1 FOR UPDATE", holder) { Parameters = { new() { Value = ids[0].Value } } };
        await hold.ExecuteNonQueryAsync(Cancellation);

        var claims = (await Storage.Claimer().ExchangeAsync([], Request(Worker, type, slots: 10), Cancellation)).Claims;

        Assert.Equal([ids[1], ids[2]], claims.Select(claim => claim.Id));
    }

    [Fact]
    public async Task Queues_that_one_claim_has_served_alike_go_on_by_turns()
    {
        await LimitAsync("share:*", maxRunning: 100);
        var (type, first, second) = (NewType(), QueueName.Parse(NewType().Name), QueueName.Parse(NewType().Name));
        await Storage.EnqueueAsync([.. Enumerable.Range(0, 40).Select(i => Of(type, priority: 5, i % 2 == 0 ? "share:a" : "share:b") with { Queue = i % 2 == 0 ? first : second })]);
        var (claimer, request) = (Storage.Claimer(), Request(Worker, type, slots: 100));
        QueueSelection[] slots = [new(first.Name) { MaxJobs = 10 }, new(second.Name) { MaxJobs = 10 }];
        Assert.Equal(20, (await claimer.ExchangeAsync([], request with { Queues = slots }, Cancellation)).Claims.Count);

        var next = new List<QueueName>();
        for (var i = 0; i < 6; i++)
            next.AddRange((await claimer.ExchangeAsync([], request with { Queues = [first.Name, second.Name], MaxJobs = 1 }, Cancellation)).Claims.Select(claim => claim.Queue));

        Assert.Equal((3, 3), (next.Count(queue => queue == first), next.Count(queue => queue == second)));
    }

    [Fact]
    public async Task A_limited_queue_that_was_served_before_another_is_not_behind_it_for_what_that_had_since()
    {
        var (type, limited, other) = (NewType(), QueueName.Parse(NewType().Name), QueueName.Parse(NewType().Name));
        await LimitAsync(LimitKey.Of(limited).Text, maxRunning: 1);
        await Storage.EnqueueAsync([.. Enumerable.Range(0, 60).Select(i => Of(type, priority: 5) with { Queue = i % 2 == 0 ? limited : other })]);
        var (claimer, request) = (Storage.Claimer(), Request(Worker, type, slots: 10));
        var running = await ClaimAsync(10, [], new QueueSelection(other.Name) { MaxJobs = 9 });
        Assert.Equal((1, 9), (running.Count(claim => claim.Queue == limited), running.Count(claim => claim.Queue == other)));

        running = await ClaimAsync(1, running, other.Name);

        Assert.Equal(limited, Assert.Single(running).Queue);

        async Task<IReadOnlyList<Claim>> ClaimAsync(int slots, IReadOnlyList<Claim> done, QueueSelection beside)
        {
            JobTransition[] ended = [.. done.Where(claim => claim.Queue == limited).Select(claim => JobTransition.Succeed(claim.Id, claim.Token, result: null))];
            return (await claimer.ExchangeAsync(ended, request with { MaxJobs = slots, Queues = [limited.Name, beside] }, Cancellation)).Claims;
        }
    }
}
