using JobService.Core.Claiming;
using JobService.Core.Leases;

namespace JobService.Worker.Tests.Claiming;

public sealed class LostAnswerTests : IDisposable
{
    private readonly ClaimBench bench = new();
    private int exchanges;

    [Fact]
    public async Task What_a_lost_exchange_may_still_claim_is_asked_for_again_for_a_minute()
    {
        var store = new ScriptedClaimStore(_ => ++exchanges == 1 ? throw new LostAnswerException() : Exchange.Empty);
        var loop = bench.RunAsync(store);

        await bench.AdvanceUntilAsync(() => store.Disowns == 2);
        await bench.AdvanceUntilAsync(() => store.Disowns == 12);
        var exchangesThen = exchanges;
        await bench.AdvanceUntilAsync(() => exchanges > exchangesThen + 20);
        Assert.Equal(12, store.Disowns);

        await bench.StopAsync(loop);
    }

    [Fact]
    public async Task A_driver_that_stumbles_does_not_end_the_loop()
    {
        var store = new ScriptedClaimStore(_ => ++exchanges <= 2 ? throw new InvalidCastException("The answer could not be read.") : Exchange.Empty);
        var loop = bench.RunAsync(store);

        await bench.AdvanceUntilAsync(() => exchanges > 4);
        await bench.StopAsync(loop);
    }

    [Fact]
    public async Task The_longer_exchanges_fail_the_longer_it_waits_though_what_it_holds_can_be_asked_for()
    {
        var store = new ScriptedClaimStore(Exchange (_) => throw new LostAnswerException());
        var loop = bench.RunAsync(store);

        var waits = new List<double>();
        while (waits.Count < 7)
        {
            var wait = await bench.Clock.NextWaitAsync();
            waits.Add(wait.TotalMilliseconds);
            bench.Clock.Advance(wait);
        }

        Assert.Equal([100, 200, 400, 800, 1_600, 2_000, 2_000], waits);
        Assert.True(store.Disowns > 0);
        bench.Drain();
        await bench.AdvanceUntilAsync(() => loop.IsCompleted);
    }

    [Fact]
    public async Task A_worker_that_stops_after_a_lost_answer_gives_back_what_it_may_hold()
    {
        var store = new ScriptedClaimStore(Exchange (_) =>
        {
            bench.Drain();
            throw new LostAnswerException();
        });

        await bench.StopAsync(bench.RunAsync(store));

        Assert.Equal(1, store.Disowns);
    }

    [Fact]
    public async Task An_end_that_the_database_refuses_in_any_form_keeps_no_other_from_being_applied()
    {
        var applied = new List<long>();
        var store = new ScriptedClaimStore(transitions =>
        {
            if (transitions.Any(transition => transition.Token.Value == 1))
                throw new LostAnswerException("23505");
            applied.AddRange(transitions.Select(transition => transition.Token.Value));
            return Exchange.Empty;
        });
        bench.Completions.Add(ClaimBench.Success(1));
        bench.Completions.Add(ClaimBench.Success(2));
        var loop = bench.RunAsync(store);

        await bench.AdvanceUntilAsync(() => bench.Completions.IsEmpty);
        await bench.StopAsync(loop);

        Assert.Equal([2], applied);
    }

    [Fact]
    public async Task What_has_ended_but_is_not_yet_durable_is_known_and_not_given_back()
    {
        var store = new ScriptedClaimStore(_ => ++exchanges <= 2 ? throw new LostAnswerException() : Exchange.Empty);
        bench.Completions.Add(ClaimBench.Success(7));
        var loop = bench.RunAsync(store);

        await bench.AdvanceUntilAsync(() => store.Disowns > 0);

        Assert.Contains(new LeaseToken(7), store.Known);
        await bench.StopAsync(loop);
    }

    public void Dispose() => bench.Dispose();
}
